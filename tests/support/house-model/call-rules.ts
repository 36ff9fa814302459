import { T } from '../wire/wire.ts'
import { type Account, type Call, durationOf, liveCallOf, type Model, peerIn, type Side } from './model.ts'
import { type Asked, refuse, tell, tellUser } from './post.ts'

export const RING_MS = 30_000

const untouched: Side = { on_hold: false, audio_muted: false, video_muted: false }

const can = (model: Model, { username }: Account, capability: string) =>
  model.sessions.get(username)?.capabilities.has(capability) === true

const withPeer = ({ id }: Call, peer: Account) => {
  return { call_id: id, peer_user_id: peer.id, peer_username: peer.username }
}

/** Of what is left out nothing is sent. */
function given(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

export interface Invitation {
  readonly sdp?: string
  readonly metadata?: object
}

/** CALL-1, CALL-2, CALL-11, CALL-12, CALL-15, CALL-17. `id`: that of the call, if one comes of it. */
export function request(
  model: Model,
  asked: Asked,
  { to, id, ...invitation }: { readonly to: string; readonly id: string } & Invitation,
): void {
  const { session } = asked.by
  if (session === undefined) {
    refuse(asked, 'login_required')
    return
  }
  const caller = session.user
  const callee = [...model.accounts.values()].find((account) => account.id === to)
  if (callee === undefined) refuse(asked, 'user_not_found')
  else if (callee === caller) refuse(asked, 'cannot_call_self', { peer: callee })
  else if (!model.sessions.has(callee.username)) refuse(asked, 'user_unavailable', { peer: callee })
  else {
    const controls = session.capabilities.has('call_control')
    const own = liveCallOf(model, caller)
    const isGlare = own?.phase === 'ringing' && own.caller === callee
    if (controls && isGlare) {
      begin(model, own)
      tell(session, T.CALL_ACCEPTED, { ...withPeer(own, callee), role: 'callee' })
    } else if (own !== undefined) refuse(asked, 'caller_busy', { peer: callee })
    else if (liveCallOf(model, callee) !== undefined) refuse(asked, 'callee_busy', { peer: callee })
    else place(model, { id, caller, callee }, controls ? invitation : {})
  }
}

function place(
  model: Model,
  { id, caller, callee }: Pick<Call, 'id' | 'caller' | 'callee'>,
  { sdp, metadata }: Invitation,
): void {
  const call: Call = {
    ...{ id, caller, callee, since: model.now, offer: sdp, phase: 'ringing', alerting: false },
    ...{ callerSide: untouched, calleeSide: untouched, talked: 0, talkingSince: undefined },
  }
  model.calls.push(call)
  const shown = can(model, callee, 'call_control') ? given({ sdp, metadata }) : {}
  const from = { call_id: id, from_user_id: caller.id, from_username: caller.username }
  tellUser(model, callee, T.CALL_NOTIFICATION, { ...from, ...shown })
  if (can(model, caller, 'call_control'))
    tellUser(model, caller, T.RINGING, { ...withPeer(call, callee), expires_in_ms: RING_MS })
  if (model.sessions.get(callee.username)?.lostAt !== undefined) tellPeerState(model, callee, 'reconnecting')
}

/** CALL-4: the caller learns of it, and the callee gets an offer that it could not be shown. */
function begin(model: Model, call: Call, sdp?: string): void {
  const { id, caller, callee, offer } = call
  call.phase = 'active'
  call.talkingSince = model.now
  const more = can(model, caller, 'call_control') ? given({ role: 'caller', sdp }) : {}
  tellUser(model, caller, T.CALL_ACCEPTED, { ...withPeer(call, callee), ...more })
  if (offer === undefined || can(model, callee, 'call_control')) return
  const address = { call_id: id, from_user_id: caller.id, to_user_id: callee.id }
  tellUser(model, callee, T.SDP_OFFER, { ...address, sdp: offer })
}

/** CALL-3, CALL-4, CALL-5, REQ-7. */
export function respond(
  model: Model,
  asked: Asked,
  { id, accepted, sdp }: { readonly id: string; readonly accepted: boolean; readonly sdp?: string },
): void {
  const { session } = asked.by
  const call = session === undefined ? undefined : liveCallOf(model, session.user)
  const entered = { accepted: accepted && call === undefined ? id : undefined }
  if (session === undefined) refuse(asked, 'login_required', entered)
  else if (call?.id !== id || call.phase !== 'ringing' || call.callee !== session.user)
    refuse(asked, 'call_not_found', entered)
  else if (accepted) begin(model, call, session.capabilities.has('call_control') ? sdp : undefined)
  else {
    call.phase = 'over'
    tellEnd(model, call, call.caller, T.CALL_DECLINED, 'declined')
  }
}

/** CALL-6. */
export function hangUp(model: Model, asked: Asked, id: string): void {
  const { session } = asked.by
  if (session === undefined) refuse(asked, 'login_required')
  else if (liveCallOf(model, session.user)?.id !== id) refuse(asked, 'call_not_found')
  else endCallOf(model, session.user, 'hangup')
}

/** CALL-6, CALL-8, AUTH-7, SESS-1: a party leaves its call, if there is one, and the other is told. */
export function endCallOf(model: Model, user: Account, reason: string): void {
  const call = liveCallOf(model, user)
  if (call === undefined) return
  const peer = peerIn(call, user)
  tellEnd(model, call, peer, T.HANGUP, reason)
  call.phase = 'over'
}

/** CALL-7. */
export function ringOut(model: Model, call: Call): void {
  tellEnd(model, call, call.caller, T.CALL_DECLINED, 'timeout')
  tellEnd(model, call, call.callee, T.HANGUP, 'timeout')
  call.phase = 'over'
}

/** CALL-10, CALL-13. */
function tellEnd(model: Model, call: Call, to: Account, type: number, reason: string): void {
  const duration = can(model, to, 'call_control') ? { duration_ms: durationOf(call, model.now) } : {}
  const about = type === T.HANGUP ? { call_id: call.id } : withPeer(call, peerIn(call, to))
  tellUser(model, to, type, { ...about, reason, ...duration, ...missed(model, call, to, type) })
}

/** RESUME-14: a callee that has not answered is told who called. */
function missed(model: Model, call: Call, to: Account, type: number): object {
  if (type !== T.HANGUP || call.phase === 'active' || to !== call.callee || !can(model, to, 'resume'))
    return {}
  return { from_user_id: call.caller.id, from_username: call.caller.username }
}

/** CALL-20. */
export function alert(model: Model, asked: Asked, id: string): void {
  const { session } = asked.by
  const call = session === undefined ? undefined : liveCallOf(model, session.user)
  if (!asked.by.capabilities.has('call_control')) refuse(asked, 'not_negotiated')
  else if (session === undefined) refuse(asked, 'login_required')
  else if (call?.id !== id || call.phase !== 'ringing' || call.callee !== session.user)
    refuse(asked, 'call_not_found')
  else if (!call.alerting) {
    call.alerting = true
    const expires_in_ms = call.since + RING_MS - model.now
    if (can(model, call.caller, 'call_control'))
      tellUser(model, call.caller, T.RINGING, {
        ...withPeer(call, call.callee),
        expires_in_ms,
        alerting: true,
      })
  }
}

/** CALL-14. */
export function update(model: Model, asked: Asked, id: string, change: Partial<Side>): void {
  const { session } = asked.by
  if (!asked.by.capabilities.has('call_control')) {
    refuse(asked, 'not_negotiated')
    return
  }
  const call = session === undefined ? undefined : liveCallOf(model, session.user)
  if (session === undefined) refuse(asked, 'login_required')
  else if (call?.id !== id || call.phase !== 'active') refuse(asked, 'call_not_found')
  else {
    const { user } = session
    call.talked = durationOf(call, model.now)
    if (user === call.caller) call.callerSide = { ...call.callerSide, ...change }
    else call.calleeSide = { ...call.calleeSide, ...change }
    const isHeld = call.callerSide.on_hold || call.calleeSide.on_hold
    call.talkingSince = isHeld ? undefined : model.now
    const peer = peerIn(call, user)
    if (can(model, peer, 'call_control'))
      tellUser(model, peer, T.CALL_UPDATE, { call_id: id, from_user_id: user.id, ...change })
  }
}

/** RELAY-1, RELAY-2, RELAY-3, RELAY-5. `content`: what passes as it is. */
export function relay(
  model: Model,
  asked: Asked,
  { id, to, content }: { readonly id: string; readonly to: string; readonly content: object },
): void {
  const { session } = asked.by
  const call = session === undefined ? undefined : liveCallOf(model, session.user)
  if (session === undefined) refuse(asked, 'login_required')
  else if (call?.id !== id || call.phase !== 'active') refuse(asked, 'call_not_found')
  else if (peerIn(call, session.user).id !== to) refuse(asked, 'not_call_peer')
  else {
    const address = { call_id: id, from_user_id: session.user.id, to_user_id: to }
    tellUser(model, peerIn(call, session.user), asked.type, { ...address, ...content })
  }
}

/** RESUME-6: what the other party of the user's call is told of the user. */
export function tellPeerState(model: Model, user: Account, state: string): void {
  const call = liveCallOf(model, user)
  if (call === undefined) return
  const peer = peerIn(call, user)
  if (can(model, peer, 'resume')) tellUser(model, peer, T.PEER_STATE, { call_id: call.id, state })
}

/** RESUME-11. */
export function callInResumed(model: Model, user: Account): object | null {
  const call = liveCallOf(model, user)
  if (call === undefined) return null
  const isCaller = call.caller === user
  const peer = peerIn(call, user)
  const away = model.sessions.get(peer.username)?.lostAt !== undefined
  const left = call.since + RING_MS - model.now
  return {
    ...withPeer(call, peer),
    phase: call.phase,
    role: isCaller ? 'caller' : 'callee',
    peer_state: away ? 'reconnecting' : 'connected',
    own: isCaller ? call.callerSide : call.calleeSide,
    peer: isCaller ? call.calleeSide : call.callerSide,
    duration_ms: durationOf(call, model.now),
    ...(call.phase === 'ringing' ? { expires_in_ms: left } : {}),
    ...(call.phase === 'ringing' && can(model, user, 'call_control') ? { alerting: call.alerting } : {}),
  }
}
