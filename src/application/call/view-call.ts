import { partyOf, talkedMs } from '../../domain/call.ts'
import { untouchedSide } from '../../domain/call-side.ts'
import type { User } from '../../domain/user.ts'
import type { Clock } from '../ports/system/clock.ts'
import type { Tx } from '../ports/transaction.ts'
import type { CallView } from './call-view.ts'

interface Deps {
  readonly clock: Clock
  readonly ringTimeoutMs: number
}

export type ViewCall = (tx: Tx, viewer: User) => Promise<CallView | undefined>

/** The call that a user is in: all that a client needs to go on with it after it was away. */
export function makeViewCall({ clock, ringTimeoutMs }: Deps): ViewCall {
  return async (tx, viewer) => {
    const call = await tx.calls.liveCallOf(viewer.id)
    const party = call === undefined ? undefined : partyOf(call, viewer.id)
    if (call === undefined || party === undefined) return undefined
    const { role, peer } = party
    const now = clock.monotonicMs()
    const connected = (await tx.sessions.ofUser(peer.id)).some(
      ({ detachedSince }) => detachedSince === undefined,
    )
    const active = call.phase === 'active' ? call : undefined
    const other = role === 'caller' ? 'callee' : 'caller'
    return {
      id: call.id,
      phase: call.phase,
      role,
      peer,
      peerState: connected ? 'connected' : 'reconnecting',
      ownSide: active?.sides[role] ?? untouchedSide,
      peerSide: active?.sides[other] ?? untouchedSide,
      durationMs: Math.round(talkedMs(call, now)),
      expiresInMs:
        call.phase === 'ringing' ? Math.max(0, Math.round(call.since + ringTimeoutMs - now)) : undefined,
    }
  }
}
