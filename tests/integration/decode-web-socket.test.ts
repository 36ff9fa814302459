import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { ByteReader } from '../../src/cli/decode/capture/byte-reader.ts'
import { itemsOfCapture } from '../../src/cli/decode/capture/items-of-capture.ts'
import type { Item } from '../../src/cli/decode/item.ts'
import { encodeFrame } from '../../src/protocol/framing/frame.ts'
import { messagesByCode } from '../../src/protocol/message-table.ts'
import { endsAfterEach } from '../support/ends.ts'
import { startHttpDaemon } from '../support/house/http-daemon.ts'
import { CLIENT, handshake, ipPacket, pcapFile, segmentsOf, SERVER } from '../support/wire/capture-file.ts'
import { T } from '../support/wire/wire.ts'

const ends = endsAfterEach()
const PROTOCOLS = ['roomrtc.json', 'roomrtc.binary'] as const
type Protocol = (typeof PROTOCOLS)[number]

interface Recorded {
  readonly said: Buffer
  readonly heard: Buffer
}

const credentials = { username: 'Zoë', password_hash: 'of Zoë' }
/** Longer than a header of seven bits says. */
const metadata = { note: 'n'.repeat(200) }
const requests: readonly (readonly [type: number, payload: object])[] = [
  [T.REGISTER_REQUEST, credentials],
  [T.LOGIN_REQUEST, credentials],
  [T.CALL_REQUEST, { to_user_id: 'nobody', metadata }],
  [T.LOGOUT_REQUEST, {}],
]

/** The bytes of a real conversation, over which a client asks all of it; the third request comes in two fragments. */
async function record(protocol: Protocol): Promise<Recorded> {
  const { httpPort } = await startHttpDaemon(ends)
  const [said, heard]: [Buffer[], Buffer[]] = [[], []]
  const tap = createServer((client) => {
    const server = connect(httpPort, '127.0.0.1')
    client.on('data', (bytes) => said.push(bytes)).pipe(server)
    server.on('data', (bytes) => heard.push(bytes)).pipe(client)
  }).listen(0, '127.0.0.1')
  await once(tap, 'listening')
  ends.push(() => tap.close())
  const address = tap.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, protocol, { perMessageDeflate: false })
  await once(socket, 'open')
  socket.ping()
  socket.on('message', (data) => {
    const bytes = Buffer.isBuffer(data) ? data : Buffer.alloc(0)
    if (bytes[0] === T.LOGOUT_RESPONSE || bytes.includes('LOGOUT_RESPONSE')) socket.close()
  })
  for (const [index, [type, payload]] of requests.entries()) {
    const name = messagesByCode.get(type)?.name
    const message =
      protocol === 'roomrtc.json'
        ? JSON.stringify({ type: name, ...payload })
        : encodeFrame(type, JSON.stringify(payload)).subarray(4)
    if (index === 2) {
      socket.send(message.slice(0, 100), { fin: false })
      socket.send(message.slice(100))
    } else socket.send(message)
  }
  await once(socket, 'close')
  return { said: Buffer.concat(said), heard: Buffer.concat(heard) }
}

/** A capture of it, each direction in segments of 37 bytes. `lost`: the segment that begins so is not in it. */
async function read({ said, heard }: Recorded, port: number | undefined, server = SERVER, lost?: Buffer) {
  const every = (bytes: Buffer) => Array.from({ length: Math.ceil(bytes.length / 37) }, (_, at) => at * 37)
  const segments = [
    ...handshake(CLIENT, server, 1000, 9000),
    ...segmentsOf(CLIENT, server, said, every(said), 1000),
    ...segmentsOf(server, CLIENT, heard, every(heard), 9000),
  ]
  const kept = segments.filter(
    ({ data }) => lost === undefined || data?.subarray(0, lost.length).equals(lost) !== true,
  )
  const leftOut = { foreign: 0 }
  const items: Item[] = []
  const file = async function* () {
    yield await Promise.resolve(pcapFile(kept.map(ipPacket)))
  }
  for await (const item of itemsOfCapture(new ByteReader(file()), port, leftOut)) items.push(item)
  return { items, leftOut }
}

const names = (items: readonly Item[], sender: 'client' | 'server') =>
  items.flatMap(({ message, sender: who }) => (message !== undefined && who === sender ? [message.name] : []))
const faultsOf = (items: readonly Item[]) => items.flatMap(({ faults }) => faults)

test.each(PROTOCOLS)(
  'DECODE-10 a WebSocket of %s in a capture is shown message by message',
  async (protocol) => {
    const recorded = await record(protocol)
    const elsewhere = { ...SERVER, port: 8081 }
    for (const [port, server] of [
      [undefined, SERVER],
      [undefined, elsewhere],
      [8081, elsewhere],
    ] as const) {
      const { items, leftOut } = await read(recorded, port, server)
      expect(faultsOf(items)).toEqual([])
      expect(names(items, 'client')).toEqual(requests.map(([type]) => messagesByCode.get(type)?.name))
      expect(names(items, 'server')).toEqual(
        expect.arrayContaining(['REGISTER_RESPONSE', 'LOGIN_RESPONSE', 'ERROR', 'LOGOUT_RESPONSE']),
      )
      expect(items.find(({ message }) => message?.name === 'CALL_REQUEST')?.message?.payload).toMatchObject({
        to_user_id: 'nobody',
        metadata,
      })
      expect(leftOut.foreign).toBe(0)
    }
  },
)

test.each(PROTOCOLS)(
  'DECODE-10 DECODE-3 a fault in a message of %s is told with its offset',
  async (protocol) => {
    const { said } = await record(protocol)
    const key = Buffer.from([1, 2, 3, 4])
    const text = protocol === 'roomrtc.json' ? '{"type":"HANGUP","call_id":7}' : '\u0010{"call_id":7}'
    const masked = Buffer.from(text).map((byte, at) => byte ^ (key[at % 4] ?? 0))
    const head = Buffer.from([protocol === 'roomrtc.json' ? 0x81 : 0x82, 0x80 | masked.length])
    const opening = said.subarray(0, said.indexOf('\r\n\r\n') + 4)
    const { items } = await read(
      { said: Buffer.concat([opening, head, key, masked]), heard: Buffer.alloc(0) },
      8080,
    )
    const [item, ...more] = items
    expect(more).toEqual([])
    expect(item).toMatchObject({ sender: 'client', offset: opening.length, message: { name: 'HANGUP' } })
    expect(item?.faults).toMatchObject([
      { reason: 'invalid_field', offset: opening.length + head.length + key.length + text.indexOf('7') },
    ])
  },
)

test('DECODE-10 DECODE-7 what cannot be read of a WebSocket is told, and what came before is shown', async () => {
  const { said, heard } = await record('roomrtc.binary')
  const opening = said.indexOf('\r\n\r\n') + 4
  const cutOff = await read({ said: said.subarray(0, -3), heard }, 8080)
  expect(faultsOf(cutOff.items)).toMatchObject([{ reason: 'truncated', offset: said.length - 3 }])

  const packed = Buffer.from([0xc2, 0x81, 0, 0, 0, 0, 1])
  const compressed = await read({ said: Buffer.concat([said, packed, said.subarray(opening)]), heard }, 8080)
  expect(names(compressed.items, 'client')).toEqual(requests.map(([type]) => messagesByCode.get(type)?.name))
  expect(faultsOf(compressed.items).map(({ reason }) => reason)).toEqual(['compressed', 'skipped'])

  const inTheMiddle = Math.ceil(opening / 37 + 1) * 37
  const holed = await read({ said, heard }, 8080, SERVER, said.subarray(inTheMiddle, inTheMiddle + 37))
  expect(faultsOf(holed.items)).toMatchObject([
    { reason: 'missing_bytes', offset: inTheMiddle },
    { reason: 'skipped' },
  ])

  const head = Buffer.from([0x82, 0xff, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0])
  const huge = await read({ said: Buffer.concat([said.subarray(0, opening), head]), heard }, 8080)
  expect(faultsOf(huge.items)).toMatchObject([
    { reason: 'frame_too_large', offset: opening },
    { reason: 'skipped' },
  ])

  const html = {
    said: Buffer.from('GET / HTTP/1.1\r\nHost: a\r\n\r\n'),
    heard: Buffer.from('HTTP/1.1 200 OK\r\n\r\n'),
  }
  expect(faultsOf((await read(html, 8080)).items)).toContainEqual(
    expect.objectContaining({ reason: 'foreign_protocol', message: expect.stringContaining('HTTP') }),
  )
  const other = await read(html, undefined, { ...SERVER, port: 80 })
  expect(other).toEqual({ items: [], leftOut: { foreign: 1 } })
})
