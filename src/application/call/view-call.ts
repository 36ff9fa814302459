import { partyOf, talkedMs } from '../../domain/call.ts'
import { untouchedSide } from '../../domain/call-side.ts'
import type { User } from '../../domain/user.ts'
import type { CallStore } from '../ports/call-store.ts'
import type { Clock } from '../ports/clock.ts'
import type { Presence } from '../ports/presence.ts'
import type { CallView } from './call-view.ts'

interface Deps {
  readonly calls: CallStore
  readonly presence: Presence
  readonly clock: Clock
  readonly ringTimeoutMs: number
}

export type ViewCall = (viewer: User) => Promise<CallView | undefined>

/** The call that a user is in: all that a client needs to go on with it after it was away. */
export function makeViewCall({ calls, presence, clock, ringTimeoutMs }: Deps): ViewCall {
  return async (viewer) => {
    const call = await calls.liveCallOf(viewer.id)
    const party = call === undefined ? undefined : partyOf(call, viewer.id)
    if (call === undefined || party === undefined) return undefined
    const { role, peer } = party
    const now = clock.monotonicMs()
    const away = (await presence.find(peer.id))?.detachedSince !== undefined
    const active = call.phase === 'active' ? call : undefined
    const other = role === 'caller' ? 'callee' : 'caller'
    return {
      id: call.id,
      phase: call.phase,
      role,
      peer,
      peerState: away ? 'reconnecting' : 'connected',
      ownSide: active?.sides[role] ?? untouchedSide,
      peerSide: active?.sides[other] ?? untouchedSide,
      durationMs: Math.round(talkedMs(call, now)),
      expiresInMs:
        call.phase === 'ringing' ? Math.max(0, Math.round(call.since + ringTimeoutMs - now)) : undefined,
    }
  }
}
