import type { SessionId } from '../../domain/ids.ts'
import type { User } from '../../domain/user.ts'
import { tellPeerState } from '../call/tell-peer-state.ts'
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
    return [{ kind: 'session-detached', session }, ...(await tellPeerState(calls, user, 'reconnecting'))]
  }
}
