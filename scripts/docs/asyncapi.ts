import { VERSION } from '../../src/daemon/version.ts'
import { MAX_FRAME_LENGTH } from '../../src/protocol/framing/frame.ts'
import { type DescribedMessage, describedMessages, openSchema } from './message-schemas.ts'

/** How messages are carried: where, in which form, and in a word for the names of operations. */
const channels = {
  frames: {
    form: 'Frame',
    servers: ['tcp', 'tls'],
    address: null,
    title: 'Frames over TCP or TLS',
    description:
      'A frame is 4 bytes length (unsigned, big-endian), 1 byte type, and the payload as JSON in UTF-8. The length counts the type byte and not itself.',
    'x-framing': {
      lengthBytes: 4,
      typeBytes: 1,
      byteOrder: 'big-endian',
      maxLength: MAX_FRAME_LENGTH,
    },
  },
  webSocketBinary: {
    form: 'BinaryMessage',
    servers: ['ws', 'wss'],
    address: '/ws',
    title: 'WebSocket with the subprotocol roomrtc.binary',
    description:
      'A binary message is a frame without its length: 1 byte type, and the payload as JSON in UTF-8.',
    'x-subprotocol': 'roomrtc.binary',
    bindings: { ws: { method: 'GET' } },
  },
  webSocketJson: {
    form: 'Text',
    servers: ['ws', 'wss'],
    address: '/ws',
    title: 'WebSocket with the subprotocol roomrtc.json',
    description: 'A text is one message: its name in "type", and the fields of its payload beside it.',
    'x-subprotocol': 'roomrtc.json',
    bindings: { ws: { method: 'GET' } },
  },
} as const

const servers = {
  tcp: { host: 'localhost:8080', protocol: 'tcp', description: 'server.port, without TLS' },
  tls: { host: 'localhost:8080', protocol: 'tls', description: 'server.port with server.enable_tls' },
  ws: { host: 'localhost:8081', protocol: 'ws', description: 'http.port, without TLS' },
  wss: { host: 'localhost:8081', protocol: 'wss', description: 'http.port with http.enable_tls' },
}

/** The protocol as AsyncAPI 3.0, as seen by the server: it receives what clients send. */
export function asyncApiDocument(): string {
  const all = describedMessages()
  const document = {
    asyncapi: '3.0.0',
    info: {
      title: 'RoomRTC signaling protocol',
      version: VERSION,
      description:
        'Messages of the RoomRTC wire protocol, version 1, with what HELLO adds. PROTOCOL.md says what each means. An operation "receive" is what a client sends.',
      license: { name: 'MIT' },
    },
    defaultContentType: 'application/json',
    servers,
    channels: Object.fromEntries(
      Object.entries(channels).map(([id, { form: _, servers: at, ...channel }]) => [
        id,
        {
          ...channel,
          servers: at.map((name) => ({ $ref: `#/servers/${name}` })),
          messages: Object.fromEntries(all.map(({ key }) => [key, { $ref: messageRef(id, key) }])),
        },
      ]),
    ),
    operations: Object.fromEntries(
      Object.entries(channels).flatMap(([id, { form }]) => [
        [`receive${form}`, operation(id, 'receive', 'What a client sends', sentBy('client', all))],
        [`send${form}`, operation(id, 'send', 'What the server sends', sentBy('server', all))],
      ]),
    ),
    components: {
      messages: Object.fromEntries(
        all.flatMap((one) => [
          [one.key, message(one, { $ref: schemaRef(one.key) })],
          [`${one.key}.text`, message(one, withType(one))],
        ]),
      ),
      schemas: Object.fromEntries(all.map(({ key, schema }) => [key, openSchema(schema, 'draft-7')])),
    },
  }
  return `${JSON.stringify(document, null, 2)}\n`
}

function sentBy(who: DescribedMessage['from'], all: readonly DescribedMessage[]): readonly string[] {
  return all.filter(({ from }) => from === who).map(({ key }) => key)
}

function operation(
  channel: string,
  action: 'receive' | 'send',
  summary: string,
  keys: readonly string[],
): object {
  return {
    action,
    summary,
    channel: { $ref: `#/channels/${channel}` },
    messages: keys.map((key) => ({ $ref: `#/channels/${channel}/messages/${key}` })),
  }
}

function message({ name, about, facts }: DescribedMessage, payload: object): object {
  return { name, summary: about, ...facts, payload }
}

function withType({ key, name }: DescribedMessage): object {
  const named = { type: 'object', properties: { type: { type: 'string', const: name } }, required: ['type'] }
  return { allOf: [named, { $ref: schemaRef(key) }] }
}

function messageRef(channel: string, key: string): string {
  return `#/components/messages/${channel === 'webSocketJson' ? `${key}.text` : key}`
}

function schemaRef(key: string): string {
  return `#/components/schemas/${key}`
}
