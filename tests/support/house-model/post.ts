import { T } from '../wire.ts'
import type { Account, Connection, Expected, Model, Session } from './model.ts'

/** RESUME-1: numbered in a session that can be resumed, and counted when they come from its client. */
export const ofCalls: ReadonlySet<number> = new Set([
  ...[T.CALL_REQUEST, T.CALL_NOTIFICATION, T.CALL_RESPONSE, T.CALL_ACCEPTED, T.CALL_DECLINED, T.RINGING],
  ...[T.CALL_UPDATE, T.PEER_STATE, T.SDP_OFFER, T.SDP_ANSWER, T.ICE_CANDIDATE, T.HANGUP],
])

/** The codes of the error table, of the reasons that come up here. */
const codes = {
  hello_too_late: 400,
  not_negotiated: 400,
  invalid_field: 400,
  cannot_call_self: 400,
  user_unavailable: 400,
  login_required: 401,
  user_not_found: 404,
  call_not_found: 404,
  not_call_peer: 404,
  login_timeout: 408,
  session_timeout: 408,
  already_logged_in: 409,
  session_replaced: 409,
  session_resumed: 409,
  caller_busy: 409,
  callee_busy: 409,
} as const

export type Reason = keyof typeof codes

/** A request on its way: who asks, and what every direct answer bears. */
export interface Asked {
  readonly by: Connection
  readonly type: number
  readonly request_id: string
}

export function send(connection: Connection | undefined, type: number, payload: Expected['payload']): void {
  if (connection?.open === true) connection.expected.push({ type, payload })
}

/** A message of a call: also to who is away, and numbered, if its session can be resumed. */
export function tell(session: Session | undefined, type: number, payload: Expected['payload']): void {
  if (session === undefined) return
  if (!session.capabilities.has('resume')) {
    send(session.connection, type, payload)
    return
  }
  session.lastSeq += 1
  const numbered = { type, payload: { ...payload, seq: session.lastSeq } }
  session.owed.push(numbered)
  send(session.connection, type, numbered.payload)
}

export function tellUser(
  model: Model,
  { username }: Account,
  type: number,
  payload: Expected['payload'],
): void {
  tell(model.sessions.get(username), type, payload)
}

export function answer({ by, request_id }: Asked, type: number, payload: Expected['payload']): void {
  send(by, type, { ...payload, request_id })
}

/** REQ-2, REQ-3. The sentence is not looked at. */
export function refuse({ by, type, request_id }: Asked, reason: Reason, peer?: Account): void {
  const say = (answerType: number, payload: Expected['payload']) => {
    if (ofCalls.has(type) && by.session !== undefined) tell(by.session, answerType, payload)
    else send(by, answerType, payload)
  }
  say(T.ERROR, { code: codes[reason], reason, in_reply_to: type, request_id })
  if (type !== T.CALL_REQUEST || by.saidHello) return
  say(T.CALL_DECLINED, {
    call_id: '',
    peer_user_id: peer?.id ?? '',
    peer_username: peer?.username ?? '',
    reason: reason === 'callee_busy' ? 'busy' : reason,
    request_id,
  })
}

/** The last word on a connection, which it does not survive. */
export function sendOff(connection: Connection, reason: Reason): void {
  send(connection, T.ERROR, { code: codes[reason], reason })
  connection.open = false
}
