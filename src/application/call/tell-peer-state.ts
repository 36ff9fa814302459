import { partyOf } from '../../domain/call.ts'
import type { User } from '../../domain/user.ts'
import type { Effect } from '../effect.ts'
import type { Tx } from '../ports/transaction.ts'
import type { PeerState } from './call-view.ts'

/** Tells the other party of the user's call, if there is one, how it stands with the user's connection (RESUME-6). */
export async function tellPeerState({ calls }: Tx, user: User, state: PeerState): Promise<readonly Effect[]> {
  const call = await calls.liveCallOf(user.id)
  const party = call === undefined ? undefined : partyOf(call, user.id)
  if (call === undefined || party === undefined) return []
  return [{ kind: 'tell-peer-state', to: party.peer.id, call: call.id, state }]
}
