import { messagesByCode } from '../../../protocol/message-table.ts'
import { describe, type Received } from '../scenarios/received.ts'

/** What every message of a server is held to, as WIRE-11 and HELLO-5 have it; the table is not made from the daemon's. */

/** The fields of each message in the order that the native client's text search needs. */
const V1_FIELDS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  LOGIN_RESPONSE: [
    ['success', 'user_id', 'username'],
    ['success', 'error'],
  ],
  REGISTER_RESPONSE: [
    ['success', 'user_id', 'username'],
    ['success', 'error'],
  ],
  USER_LIST_RESPONSE: [['users']],
  USER_STATE_UPDATE: [['user_id', 'username', 'state']],
  CALL_NOTIFICATION: [['call_id', 'from_user_id', 'from_username']],
  CALL_ACCEPTED: [['call_id', 'peer_user_id', 'peer_username']],
  CALL_DECLINED: [['call_id', 'peer_user_id', 'peer_username']],
  SDP_OFFER: [['call_id', 'from_user_id', 'to_user_id', 'sdp']],
  SDP_ANSWER: [['call_id', 'from_user_id', 'to_user_id', 'sdp']],
  ICE_CANDIDATE: [['call_id', 'from_user_id', 'to_user_id', 'candidate', 'sdp_mid', 'sdp_mline_index']],
  HANGUP: [['call_id']],
  HEARTBEAT: [['timestamp']],
  ERROR: [['code', 'message']],
  LOGOUT_RESPONSE: [['success', 'error']],
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

const NEGOTIATED_FIELDS: typeof V1_FIELDS = {
  WELCOME: [['protocol', 'server', 'capabilities', 'limits']],
  RESUMED: [['user_id', 'username', 'session_token', 'resume_window_ms', 'replayed', 'received', 'call']],
  RESUME_REFUSED: [['reason']],
  PEER_STATE: [['call_id', 'state', 'seq']],
  RINGING: [['call_id', 'peer_user_id', 'peer_username', 'expires_in_ms']],
  CALL_UPDATE: [['call_id', 'from_user_id']],
  CALL_TRANSFER: [['call_id', 'from_user_id', 'to_user_id', 'to_username', 'new_call_id', 'state']],
  ICE_SERVERS: [['ice_servers']],
  GOAWAY: [['reason', 'reconnect_after_ms']],
  PASSWORD_CHANGED: [[]],
  ACCOUNT_DELETED: [[]],
  DO_NOT_DISTURB_STATE: [['on']],
  ROOM_JOINED: [['room_id', 'name', 'mode', 'max_members', 'invite_only', 'members']],
  ROOM_MEMBER: [['room_id', 'event', 'member']],
  ROOM_LEFT: [['room_id', 'reason']],
  ROOM_INVITED: [['room_id', 'name', 'from_user_id', 'from_username', 'invite', 'expires_in_ms']],
  ROOM_LIST: [['rooms']],
  SFU_STATE: [['room_id', 'state']],
  SFU_SPEAKING: [['room_id', 'user_ids']],
  SFU_MUTED: [['room_id', 'kind', 'muted']],
  HISTORY: [['entries', 'unseen']],
  HISTORY_SEEN: [['unseen']],
  CALL_MOVED: [['call_id', 'role', 'peer_user_id', 'peer_username', 'own', 'peer']],
  DEVICES: [['devices']],
  WATCHED: [['all', 'users', 'rooms']],
  WATCHED_ROOM: [['room_id']],
  MESSAGE: [
    [
      ...['message_id', 'conversation_id', 'from_user_id', 'from_username', 'text', 'attachments'],
      ...['client_id', 'created_at'],
    ],
  ],
  MESSAGE_READ: [['conversation_id', 'user_id', 'up_to']],
  MESSAGE_EDIT: [['conversation_id', 'message_id', 'text', 'edited_at']],
  MESSAGE_DELETE: [['conversation_id', 'message_id', 'user_id', 'deleted_at']],
  MESSAGE_REACT: [['conversation_id', 'message_id', 'user_id', 'reaction', 'on']],
  MESSAGE_TYPING: [['conversation_id', 'user_id']],
  MESSAGES: [['messages', 'more']],
  CONVERSATIONS: [['conversations', 'more']],
  PUSH_KEY: [['public_key']],
  PUSH_STATE: [['subscriptions']],
}

const NOT_STRINGS = new Set(['success', 'users', 'code', 'timestamp', 'sdp_mline_index', 'error'])

/** Throws for a message that the native client would not understand (WIRE-11). */
export function checkWire(received: Received): void {
  const { type, text, payload } = received
  const name = messagesByCode.get(type)?.name ?? ''
  const complain = (what: string) => new Error(`${describe(received)}, which ${what}`)
  const orders = V1_FIELDS[name] ?? NEGOTIATED_FIELDS[name]
  if (orders === undefined) throw complain('is not a message of a server')
  const fields = Object.keys(payload)
  const found = orders.find((order) => order.every((field, i) => fields[i] === field))
  if (found === undefined)
    throw complain(`does not have its fields first and in order: ${orders.map(listed).join(', or ')}`)
  if (JSON.stringify(payload) !== text) throw complain('is not compact JSON')
  for (const field of V1_FIELDS[name] === undefined ? [] : found) {
    if (!NOT_STRINGS.has(field) && typeof payload[field] !== 'string')
      throw complain(`has a ${field} that is no string`)
  }
}

/** HELLO-5: who has not said HELLO gets the types of v1, and in them no field that is not of v1 or harmless. */
export function checkUnnegotiated(received: Received): void {
  const known = V1_FIELDS[messagesByCode.get(received.type)?.name ?? '']?.flat() ?? []
  const strange = Object.keys(received.payload).filter(
    (field) => !known.includes(field) && !HARMLESS.has(field),
  )
  if (known.length > 0 && strange.length === 0) return
  throw new Error(`${describe(received)}, which is not for a client that has not said HELLO`)
}

function listed(fields: readonly string[]): string {
  return fields.join(' ')
}
