import { T } from '../wire/wire.ts'
import type { Account, Connection, Expected, Model, Session } from './model.ts'

/** RESUME-1: numbered in a session that can be resumed, and counted when they come from its client. */
export const ofCalls: ReadonlySet<number> = new Set([
  ...[T.CALL_REQUEST, T.CALL_NOTIFICATION, T.CALL_RESPONSE, T.CALL_ACCEPTED, T.CALL_DECLINED, T.RINGING],
  ...[
    T.CALL_ALERTING,
    T.CALL_UPDATE,
    T.CALL_TRANSFER,
    T.PEER_STATE,
    T.SDP_OFFER,
    T.SDP_ANSWER,
    T.ICE_CANDIDATE,
    T.HANGUP,
  ],
])

/** The codes of the error table, of the reasons that come up here. */
const codes = {
  hello_too_late: 400,
  not_negotiated: 400,
  invalid_field: 400,
  cannot_call_self: 400,
  user_unavailable: 400,
  login_required: 401,
  invalid_credentials: 401,
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
  makeRoom(session, type, payload['call_id'])
  session.lastSeq += 1
  if (session.connection !== undefined) session.sentSeq = session.lastSeq
  const numbered = { type, payload: { ...payload, seq: session.lastSeq } }
  session.owed.push(numbered)
  send(session.connection, type, numbered.payload)
}

/** RESUME-14. What has not gone out can be taken back, and what comes after it is numbered anew. */
function makeRoom(session: Session, type: number, call: unknown): void {
  const isAbout = ({ payload }: Expected) => payload['call_id'] === call
  const hasGoneOut = ({ payload }: Expected) => Number(payload['seq']) <= session.sentSeq
  const takeBack = (which: (owed: Expected) => boolean) => {
    session.owed = session.owed.filter((owed) => hasGoneOut(owed) || !which(owed))
    session.lastSeq = session.sentSeq
    session.owed = session.owed.map((owed) =>
      hasGoneOut(owed) ? owed : { ...owed, payload: { ...owed.payload, seq: ++session.lastSeq } },
    )
  }
  if (type === T.PEER_STATE) takeBack((owed) => owed.type === T.PEER_STATE && isAbout(owed))
  if (type !== T.HANGUP && type !== T.CALL_DECLINED) return
  const ring = session.owed.find((owed) => owed.type === T.CALL_NOTIFICATION && isAbout(owed))
  if (ring === undefined) return
  if (!hasGoneOut(ring)) {
    takeBack(isAbout)
    return
  }
  const brief = Object.fromEntries(
    Object.entries(ring.payload).filter(([name]) => name !== 'sdp' && name !== 'metadata'),
  )
  session.owed = session.owed.map((owed) => (owed === ring ? { ...ring, payload: brief } : owed))
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

/** REQ-2, REQ-3, REQ-7. `accepted`: the call that the message was to accept. The sentence is not looked at. */
export function refuse(
  { by, type, request_id }: Asked,
  reason: Reason,
  { peer, accepted }: { readonly peer?: Account | undefined; readonly accepted?: string | undefined } = {},
): void {
  const say = (answerType: number, payload: Expected['payload']) => {
    if (ofCalls.has(type) && by.session !== undefined) tell(by.session, answerType, payload)
    else send(by, answerType, payload)
  }
  say(T.ERROR, { code: codes[reason], reason, in_reply_to: type, request_id })
  if (by.saidHello) return
  if (accepted !== undefined) say(T.HANGUP, { call_id: accepted, reason, request_id })
  if (type !== T.CALL_REQUEST) return
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
