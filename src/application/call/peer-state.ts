import { isIn, type LiveCall, type PartyRole, sessionOf } from '../../domain/call.ts'
import type { Effect } from '../effect.ts'
import type { SessionRecord } from '../ports/sessions.ts'
import type { Tx } from '../ports/transaction.ts'
import { callOf } from './call-of.ts'
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
  tx: Tx,
  { id, user }: SessionRecord,
  state: PeerState,
): Promise<readonly Effect[]> {
  const own = await callOf(tx, user.id)
  if (own === undefined || !isIn(own.call, own.role, id)) return []
  const { call, role, peerRole } = own
  // Its caller is in another call yet.
  if (call.phase === 'ringing' && call.transfer !== undefined) return []
  const others = (await tx.sessions.ofUser(user.id)).filter((other) => other.id !== id)
  const isReached = others.some((other) => other.detachedSince === undefined && isIn(call, role, other.id))
  return isReached ? [] : [peerStateTo(call, peerRole, state)]
}

/** Tells a party of a call of the other one's connection, or that it goes on with another of its devices. */
export function peerStateTo(call: LiveCall, role: PartyRole, state: PeerState | 'moved'): Effect {
  const { id: to } = call[role]
  return { kind: 'tell-peer-state', to, session: sessionOf(call, role), call: call.id, state }
}
