/** The wire as a client author would write it from PROTOCOL.md: nothing here is shared with src. */
import { T } from '../../../bench/shared/wire.ts'

export { T }

export interface Received {
  readonly type: number
  readonly text: string
  readonly payload: Readonly<Record<string, unknown>>
}

export function frame(type: number, payload: object | string | Uint8Array): Buffer {
  const body =
    payload instanceof Uint8Array
      ? payload
      : Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload))
  const header = Buffer.alloc(5)
  header.writeUInt32BE(1 + body.length, 0)
  header.writeUInt8(type, 4)
  return Buffer.concat([header, body])
}

/** Takes the whole frames off the front of a buffer: the naive twin of the decoder. */
export function takeFrames(bytes: Buffer): { frames: Received[]; rest: Buffer } {
  const frames: Received[] = []
  let rest = bytes
  while (rest.length >= 4 && rest.length >= 4 + rest.readUInt32BE(0)) {
    const end = 4 + rest.readUInt32BE(0)
    const text = rest.subarray(5, end).toString('utf8')
    frames.push(checked({ type: rest.readUInt8(4), text, payload: parse(text) }))
    rest = rest.subarray(end)
  }
  return { frames, rest }
}

function parse(text: string): Record<string, unknown> {
  const json: unknown = JSON.parse(text)
  if (typeof json !== 'object' || json === null) throw new Error(`no object: ${text}`)
  return { ...json }
}

// v1.md, "Types": the fields of each message in the order that the native client's text search needs.
const V1_FIELDS: Readonly<Record<number, readonly (readonly string[])[]>> = {
  [T.LOGIN_RESPONSE]: [
    ['success', 'user_id', 'username'],
    ['success', 'error'],
  ],
  [T.REGISTER_RESPONSE]: [
    ['success', 'user_id', 'username'],
    ['success', 'error'],
  ],
  [T.USER_LIST_RESPONSE]: [['users']],
  [T.USER_STATE_UPDATE]: [['user_id', 'username', 'state']],
  [T.CALL_NOTIFICATION]: [['call_id', 'from_user_id', 'from_username']],
  [T.CALL_ACCEPTED]: [['call_id', 'peer_user_id', 'peer_username']],
  [T.CALL_DECLINED]: [['call_id', 'peer_user_id', 'peer_username']],
  [T.SDP_OFFER]: [['call_id', 'from_user_id', 'to_user_id', 'sdp']],
  [T.SDP_ANSWER]: [['call_id', 'from_user_id', 'to_user_id', 'sdp']],
  [T.ICE_CANDIDATE]: [['call_id', 'from_user_id', 'to_user_id', 'candidate', 'sdp_mid', 'sdp_mline_index']],
  [T.HANGUP]: [['call_id']],
  [T.HEARTBEAT]: [['timestamp']],
  [T.ERROR]: [['code', 'message']],
  [T.LOGOUT_RESPONSE]: [['success', 'error']],
}

/** What the server may add for a client that has not said HELLO. */
const HARMLESS = new Set([
  'reason',
  'in_reply_to',
  'retry_after_ms',
  'truncated',
  'next_cursor',
  'request_id',
])

// PROTOCOL.md: the types of those who have said HELLO.
const NEGOTIATED_FIELDS: typeof V1_FIELDS = {
  [T.WELCOME]: [['protocol', 'server', 'capabilities', 'limits']],
  [T.RESUMED]: [['user_id', 'username', 'session_token', 'resume_window_ms', 'replayed', 'received', 'call']],
  [T.RESUME_REFUSED]: [['reason']],
  [T.PEER_STATE]: [['call_id', 'state', 'seq']],
  [T.RINGING]: [['call_id', 'peer_user_id', 'peer_username', 'expires_in_ms']],
  [T.CALL_UPDATE]: [['call_id', 'from_user_id']],
  [T.ICE_SERVERS]: [['ice_servers']],
  [T.GOAWAY]: [['reason', 'reconnect_after_ms']],
  [T.PASSWORD_CHANGED]: [[]],
  [T.ACCOUNT_DELETED]: [[]],
}

const NOT_STRINGS = new Set(['success', 'users', 'code', 'timestamp', 'sdp_mline_index', 'error'])

/** Every frame that any test receives is held to what the native client demands (WIRE-11). */
function checked(received: Received): Received {
  const { type, text, payload } = received
  const complain = (what: string) => new Error(`type ${type} ${what}: ${text.slice(0, 200)}`)
  const orders = V1_FIELDS[type] ?? NEGOTIATED_FIELDS[type]
  if (orders === undefined) throw complain('is not one that the server sends')
  const fields = Object.keys(payload)
  const found = orders.find((order) => order.every((field, i) => fields[i] === field))
  if (found === undefined) throw complain('does not have its fields first')
  if (JSON.stringify(payload) !== text) throw complain('is not compact JSON')
  for (const field of V1_FIELDS[type] === undefined ? [] : found) {
    if (!NOT_STRINGS.has(field) && typeof payload[field] !== 'string')
      throw complain(`has a ${field} that is no string`)
  }
  return received
}

/** HELLO-5: who has not said HELLO gets the types of v1, and in them no field that is not of v1 or harmless. */
export function checkUnnegotiated({ type, text, payload }: Received): void {
  const known = V1_FIELDS[type]?.flat() ?? []
  const strange = Object.keys(payload).filter((field) => !known.includes(field) && !HARMLESS.has(field))
  if (known.length > 0 && strange.length === 0) return
  throw new Error(`type ${type} is not for a client that has not said HELLO: ${text.slice(0, 200)}`)
}
