import { type Received, T } from '../../../support/wire/wire.ts'

/** A message of a call, as a client has sent it. */
export interface Sent {
  readonly type: number
  readonly payload: Readonly<Record<string, unknown>>
}

/** What a client has learned: a message of a call, or from RESUMED the peer's state, or that its call is left to its media. */
export type Learned = Received | { readonly peerState: unknown } | { readonly leftToItsMedia: true }

interface Side {
  readonly on_hold: unknown
  readonly audio_muted: unknown
  readonly video_muted: unknown
}

/** Its call as a client sees it, in the words of RESUMED. */
export interface CallView {
  readonly call_id: string
  readonly phase: 'ringing' | 'active'
  readonly role: unknown
  readonly peer_user_id: unknown
  /** Undefined where nobody has told. */
  readonly peer_state: unknown
  readonly own: Side
  readonly peer: Side
}

const untouched: Side = { on_hold: false, audio_muted: false, video_muted: false }

/** The call that follows from what a client has learned and sent, in the order of each; nothing else is needed. */
export function viewOf(learned: readonly Learned[], sent: readonly Sent[]): CallView | undefined {
  let view: CallView | undefined
  for (const one of learned) {
    if ('leftToItsMedia' in one) view = undefined
    else if (!('peerState' in one)) view = afterMessage(view, one)
    else if (view !== undefined) view = { ...view, peer_state: one.peerState }
  }
  for (const one of sent) view = afterOwn(view, one)
  return view
}

/** How many of its calls a client of v1 must believe to be ringing still: each ends in one of three messages. */
export function openRequests(learned: readonly Learned[], sent: readonly Sent[]): number {
  const named = new Set<unknown>()
  let open = sent.filter(({ type }) => type === T.CALL_REQUEST).length
  for (const one of learned) {
    if (!('payload' in one)) continue
    const call = one.payload['call_id']
    if (one.type === T.CALL_ACCEPTED || one.type === T.CALL_DECLINED) open -= 1
    // That of REQ-7 ends no request.
    const isRefusal = one.payload['reason'] === 'call_not_found'
    if (one.type === T.HANGUP && !named.has(call) && !isRefusal) open -= 1
    if (one.type === T.CALL_NOTIFICATION || one.type === T.CALL_ACCEPTED) named.add(call)
  }
  return open
}

function afterMessage(view: CallView | undefined, { type, payload }: Received): CallView | undefined {
  const call_id = String(payload['call_id'])
  const fresh = { call_id, peer_state: 'connected', own: untouched, peer: untouched }
  switch (type) {
    case T.CALL_NOTIFICATION:
      return { ...fresh, phase: 'ringing', role: 'callee', peer_user_id: payload['from_user_id'] }
    case T.RINGING:
      return { ...fresh, phase: 'ringing', role: 'caller', peer_user_id: payload['peer_user_id'] }
    case T.CALL_ACCEPTED:
      // A caller of v1 was not told that it rings.
      if (view?.call_id !== call_id)
        return { ...fresh, phase: 'active', role: 'caller', peer_user_id: payload['peer_user_id'] }
      return { ...view, phase: 'active', role: payload['role'] ?? view.role }
    case T.CALL_DECLINED:
    case T.HANGUP:
      return view?.call_id === call_id ? undefined : view
    case T.PEER_STATE:
      return view?.call_id === call_id ? { ...view, peer_state: payload['state'] } : view
    case T.CALL_UPDATE:
      return view?.call_id === call_id ? { ...view, peer: changed(view.peer, payload) } : view
    default:
      return view
  }
}

function afterOwn(view: CallView | undefined, { type, payload }: Sent): CallView | undefined {
  if (view === undefined || view.call_id !== payload['call_id']) return view
  switch (type) {
    case T.CALL_RESPONSE:
      if (view.role !== 'callee' || view.phase !== 'ringing') return view
      return payload['accepted'] === true ? { ...view, phase: 'active' } : undefined
    case T.HANGUP:
      return undefined
    case T.CALL_UPDATE:
      return { ...view, own: changed(view.own, payload) }
    default:
      return view
  }
}

function changed(side: Side, change: Sent['payload']): Side {
  return {
    on_hold: change['on_hold'] ?? side.on_hold,
    audio_muted: change['audio_muted'] ?? side.audio_muted,
    video_muted: change['video_muted'] ?? side.video_muted,
  }
}
