import { partyOf } from '../../domain/call.ts'
import type { SessionId } from '../../domain/ids.ts'
import type { User } from '../../domain/user.ts'
import type { PeerState } from '../call/call-view.ts'
import type { Effect } from '../effect.ts'
import type { CallStore } from '../ports/call-store.ts'
import type { Clock } from '../ports/clock.ts'
import type { Presence } from '../ports/presence.ts'

interface Deps {
  readonly presence: Presence
  readonly calls: CallStore
  readonly clock: Clock
}

export type DetachSession = (input: {
  readonly user: User
  readonly session: SessionId
}) => Promise<readonly Effect[]>

/** A session that may be resumed has lost its connection (RESUME-5): its user stays present, its call goes on. */
export function makeDetachSession({ presence, calls, clock }: Deps): DetachSession {
  return async ({ user, session }) => {
    const present = await presence.find(user.id)
    if (present?.session !== session || present.detachedSince !== undefined) return []
    await presence.put({ ...present, detachedSince: clock.monotonicMs() })
    return [{ kind: 'session-detached', session }, ...(await tellPeer(calls, user, 'reconnecting'))]
  }
}

/** Tells the other party of the user's call, if there is one. */
export async function tellPeer(calls: CallStore, user: User, state: PeerState): Promise<readonly Effect[]> {
  const call = await calls.liveCallOf(user.id)
  const party = call === undefined ? undefined : partyOf(call, user.id)
  if (call === undefined || party === undefined) return []
  return [{ kind: 'tell-peer-state', to: party.peer.id, call: call.id, state }]
}
