import { isIn, type LiveCall, type PartyRole, partyOf, sessionOf } from '../../domain/call.ts'
import type { Effect } from '../effect.ts'
import type { SessionRecord } from '../ports/sessions.ts'
import type { Tx } from '../ports/transaction.ts'
import type { PeerState } from './call-view.ts'

/** How it stands with the connection of a party. While a call rings at several devices, one that is connected is enough. */
export async function peerStateOf({ sessions }: Tx, call: LiveCall, role: PartyRole): Promise<PeerState> {
  const own = await sessions.ofUser(call[role].id)
  const isThere = own.some(({ id, detachedSince }) => detachedSince === undefined && isIn(call, role, id))
  return isThere ? 'connected' : 'reconnecting'
}

/**
 * A session has gained a connection or lost it: tells the other party of its call, if there is one, where that makes a
 * difference (RESUME-6).
 */
export async function tellPeerState(
  { calls, sessions }: Tx,
  { id, user }: SessionRecord,
  state: PeerState,
): Promise<readonly Effect[]> {
  const call = await calls.liveCallOf(user.id)
  const party = call === undefined ? undefined : partyOf(call, user.id)
  if (call === undefined || party === undefined || !isIn(call, party.role, id)) return []
  // Its caller is in another call yet.
  if (call.phase === 'ringing' && call.transfer !== undefined) return []
  const others = (await sessions.ofUser(user.id)).filter((other) => other.id !== id)
  const isReached = others.some(
    (other) => other.detachedSince === undefined && isIn(call, party.role, other.id),
  )
  return isReached ? [] : [peerStateTo(call, party.role === 'caller' ? 'callee' : 'caller', state)]
}

/** Tells a party of a call of the other one's connection, or that it goes on with another of its devices. */
export function peerStateTo(call: LiveCall, role: PartyRole, state: PeerState | 'moved'): Effect {
  const { id: to } = call[role]
  return { kind: 'tell-peer-state', to, session: sessionOf(call, role), call: call.id, state }
}
