import type { RawClient } from './raw-client.ts'
import { frame, T } from './wire.ts'

/** Each part begins a line, moves the cursor, sets a title or turns text around in some terminal, or forges an account. */
export const HOSTILE =
  'a\n{"level":"info","msg":"forged"}\r\nid|forged|$2b$|1\t\0\u001b[2J\u009b2J\u007f\u2028\u202eb'
/** As much of it as a `request_id` may have. */
const HOSTILE_ID = HOSTILE.slice(-64)

/** Sends it in every field that takes a string, as a key, in what is no JSON, and as a type that does not exist. */
export async function sayHostileThings(client: RawClient): Promise<void> {
  const request_id = HOSTILE_ID
  client.send(T.HELLO, {
    protocol: 1,
    client: HOSTILE,
    capabilities: ['resume', HOSTILE.slice(-64)],
    request_id,
  })
  await client.next(T.WELCOME)
  const to = { call_id: HOSTILE, to_user_id: HOSTILE, from_user_id: HOSTILE, request_id }
  const everywhere = () => {
    for (const username of [HOSTILE, 'a\nb', 'x|y', '\u001b[2J', '\u202eecila', 'mallory\r']) {
      client.send(T.REGISTER_REQUEST, { username, password_hash: HOSTILE, request_id })
      client.send(T.LOGIN_REQUEST, { username, password_hash: HOSTILE, request_id })
    }
    client.send(T.RESUME, { session_token: HOSTILE, last_seq: 0, request_id })
    client.send(T.USER_LIST_REQUEST, { query: HOSTILE, cursor: HOSTILE, state: HOSTILE, request_id })
    client.send(T.CALL_REQUEST, { to_user_id: HOSTILE, metadata: { [HOSTILE]: HOSTILE }, request_id })
    client.send(T.CALL_RESPONSE, { ...to, accepted: true })
    client.send(T.CALL_UPDATE, { ...to, on_hold: true })
    client.send(T.SDP_OFFER, { ...to, sdp: HOSTILE })
    client.send(T.SDP_ANSWER, { ...to, sdp: HOSTILE })
    client.send(T.ICE_CANDIDATE, { ...to, candidate: HOSTILE, sdp_mid: HOSTILE, sdp_mline_index: 0 })
    client.send(T.HANGUP, to)
    client.send(T.HEARTBEAT, { timestamp: 1, [HOSTILE]: HOSTILE, request_id: HOSTILE.repeat(2) })
    client.send(T.HANGUP, { [HOSTILE]: HOSTILE })
    client.send(T.HANGUP, HOSTILE)
    client.send(0x7f, { request_id })
  }
  everywhere()
  await client.drain()
  // With a good name, whose password may be anything.
  client.send(T.REGISTER_REQUEST, { username: 'mallory', password_hash: HOSTILE, request_id })
  await client.next(T.REGISTER_RESPONSE)
  client.send(T.LOGIN_REQUEST, { username: 'mallory', password_hash: HOSTILE, request_id })
  await client.next(T.LOGIN_RESPONSE)
  everywhere()
  await client.drain()
  // The last word, which ends the connection.
  client.sendBytes(Buffer.concat([frame(T.HANGUP, HOSTILE), Buffer.from(HOSTILE)]))
  await client.untilClosed()
}
