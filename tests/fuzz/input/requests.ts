import { T } from '../../support/wire/wire.ts'

/** What a client puts into its requests: who it is, and what it has been told. */
export interface Cast {
  readonly username: string
  readonly password: string
  readonly ownId: string
  readonly peerId: string
  readonly callId: string
  readonly token: string
  readonly lastSeq: number
}

/** One who has been told nothing yet: as long as what the server would have told, so that frames keep their length. */
export const STRANGER: Cast = {
  username: 'stranger',
  password: 'a guess',
  ownId: '00000000-0000-4000-8000-000000000000',
  peerId: '00000000-0000-4000-8000-000000000001',
  callId: '00000000-0000-4000-8000-000000000002',
  token: 'A'.repeat(43),
  lastSeq: 0,
}

/** The fields of a payload, each value as JSON text. */
export type Fields = readonly (readonly [name: string, json: string])[]

const text = (value: unknown): string => JSON.stringify(value)

const SDP = `v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\n${'a=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\n'.repeat(3)}`

const signal = ({ callId, ownId, peerId }: Cast): Fields => [
  ['call_id', text(callId)],
  ['from_user_id', text(ownId)],
  ['to_user_id', text(peerId)],
]

const credentials = ({ username, password }: Cast): Fields => [
  ['username', text(username)],
  ['password_hash', text(password)],
]

/** What a client may send, by type: well-formed, with every field that there is. */
const requests: ReadonlyMap<number, (cast: Cast) => Fields> = new Map([
  [T.LOGIN_REQUEST, credentials],
  [T.REGISTER_REQUEST, credentials],
  [
    T.USER_LIST_REQUEST,
    () => [
      ['limit', '10'],
      ['query', '"a"'],
    ],
  ],
  [
    T.CALL_REQUEST,
    ({ peerId }) => [
      ['to_user_id', text(peerId)],
      ['sdp', text(SDP)],
      ['metadata', '{"__proto__":{"video":true},"subject":"hello"}'],
    ],
  ],
  [
    T.CALL_RESPONSE,
    ({ callId }) => [
      ['call_id', text(callId)],
      ['accepted', 'true'],
      ['sdp', text(SDP)],
    ],
  ],
  [T.SDP_OFFER, (cast) => [...signal(cast), ['sdp', text(SDP)], ['connection', '"publish"']]],
  [T.SDP_ANSWER, (cast) => [...signal(cast), ['sdp', text(SDP)]]],
  [
    T.ICE_CANDIDATE,
    (cast) => [
      ...signal(cast),
      ['candidate', '"candidate:1 1 udp 1 192.0.2.1 9 typ host"'],
      ['sdp_mid', '"0"'],
      ['sdp_mline_index', '0'],
      ['connection', '"publish"'],
    ],
  ],
  [
    T.SFU_MUTE,
    ({ peerId }) => [
      ['room_id', '"fuzz"'],
      ['user_id', text(peerId)],
      ['kind', '"audio"'],
      ['muted', 'true'],
    ],
  ],
  [
    T.SFU_LAYERS,
    () => [
      ['room_id', '"fuzz"'],
      ['connection', '"subscribe-1"'],
      ['mid', '"0"'],
      ['substream', '0'],
      ['temporal', '2'],
    ],
  ],
  [T.SFU_RENEW, () => [['room_id', '"fuzz"']]],
  [T.HANGUP, ({ callId }) => [['call_id', text(callId)]]],
  [
    T.HEARTBEAT,
    ({ lastSeq }) => [
      ['timestamp', '1'],
      ['ack', text(lastSeq)],
    ],
  ],
  [T.LOGOUT_REQUEST, () => []],
  [
    T.HELLO,
    () => [
      ['protocol', '1'],
      ['client', '"fuzz"'],
      [
        'capabilities',
        '["resume","call_control","ice_servers","goaway","account","rooms","watch","messages"]',
      ],
    ],
  ],
  [
    T.RESUME,
    ({ token, lastSeq }) => [
      ['session_token', text(token)],
      ['last_seq', text(lastSeq)],
    ],
  ],
  [T.CALL_ALERTING, ({ callId }) => [['call_id', text(callId)]]],
  [
    T.CALL_TRANSFER,
    ({ callId, peerId }) => [
      ['call_id', text(callId)],
      ['to_user_id', text(peerId)],
    ],
  ],
  [
    T.CALL_UPDATE,
    ({ callId }) => [
      ['call_id', text(callId)],
      ['on_hold', 'true'],
      ['audio_muted', 'false'],
    ],
  ],
  [T.ICE_SERVERS_REQUEST, () => []],
  [T.DO_NOT_DISTURB, () => [['on', 'false']]],
  [
    T.MESSAGE_SEND,
    ({ peerId }) => [
      ['to_user_id', text(peerId)],
      ['text', '"hello"'],
      ['attachments', '[]'],
      ['client_id', '"c1"'],
    ],
  ],
  [
    T.MESSAGE_READ,
    ({ peerId, ownId }) => [
      ['conversation_id', text([ownId, peerId].toSorted().join('|'))],
      ['up_to', '"019beb3c-7c00-7000-8000-000000000000"'],
    ],
  ],
  [
    T.MESSAGE_SEARCH,
    () => [
      ['query', '"hello"'],
      ['limit', '1'],
    ],
  ],
  [
    T.PUSH_SUBSCRIBE,
    () => [
      ['endpoint', '"https://fcm.googleapis.com/fcm/send/x"'],
      ['keys', `{"p256dh":"B${'A'.repeat(86)}","auth":"${'A'.repeat(22)}"}`],
    ],
  ],
  [T.PUSH_UNSUBSCRIBE, () => [['endpoint', '"https://fcm.googleapis.com/fcm/send/x"']]],
  [
    T.WATCH,
    ({ peerId, ownId }) => [
      ['user_ids', text([peerId, ownId])],
      ['room_ids', '["voice"]'],
      ['all', 'false'],
    ],
  ],
  [
    T.CHANGE_PASSWORD,
    ({ password }) => [
      ['password_hash', text(password)],
      ['new_password_hash', text(password)],
    ],
  ],
  [T.DELETE_ACCOUNT, ({ password }) => [['password_hash', text(password)]]],
])

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** Of the server itself, as it seems. */
const FORGED_TOKEN = [
  encoded({ alg: 'EdDSA', typ: 'JWT', kid: 'A'.repeat(43) }),
  encoded({ iss: 'roomrtc-server', sub: STRANGER.ownId, iat: 1, exp: 4_102_444_800, mark: 'A'.repeat(22) }),
  'A'.repeat(86),
].join('.')

/** What of some types is sent in another form. */
const otherForms: ReadonlyMap<number, Fields> = new Map([[T.LOGIN_REQUEST, [['token', text(FORGED_TOKEN)]]]])

/** The fields of a request in its other form, if it has one. */
export function otherForm(type: number): Fields | undefined {
  return otherForms.get(type)
}

export const requestTypes: readonly [number, ...number[]] = [T.LOGIN_REQUEST, ...requests.keys()]

/** The fields of a request; none for a type that clients do not send. */
export function requestFields(type: number, cast: Cast): Fields {
  return requests.get(type)?.(cast) ?? []
}

export function objectText(fields: Fields): string {
  return `{${fields.map(([name, json]) => `${text(name)}:${json}`).join(',')}}`
}
