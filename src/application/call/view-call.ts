import { isIn, ringsForMs, talkedMs } from '../../domain/call.ts'
import { untouchedSide } from '../../domain/call-side.ts'
import type { SessionRecord } from '../ports/sessions.ts'
import type { Clock } from '../ports/system/clock.ts'
import type { Tx } from '../ports/transaction.ts'
import { callOf } from './call-of.ts'
import type { CallView } from './call-view.ts'
import { peerStateOf } from './peer-state.ts'

interface Deps {
  readonly clock: Clock
  readonly ringTimeoutMs: number
}

export type ViewCall = (tx: Tx, viewer: SessionRecord) => Promise<CallView | undefined>

/** The call that a user is in by this session: all that a client needs to go on with it after it was away. */
export function makeViewCall({ clock, ringTimeoutMs }: Deps): ViewCall {
  return async (tx, { id: session, user }) => {
    const own = await callOf(tx, user.id)
    if (own === undefined || !isIn(own.call, own.role, session)) return undefined
    const { call, role, peer, peerRole } = own
    const now = clock.monotonicMs()
    const ringing = call.phase === 'ringing' ? call : undefined
    const active = call.phase === 'active' ? call : undefined
    return {
      id: call.id,
      phase: call.phase,
      role,
      peer,
      peerState: await peerStateOf(tx, call, peerRole),
      ownSide: active?.sides[role] ?? untouchedSide,
      peerSide: active?.sides[peerRole] ?? untouchedSide,
      durationMs: Math.round(talkedMs(call, now)),
      expiresInMs: ringing && ringsForMs(ringing, ringTimeoutMs, now),
      alerting: ringing && ringing.alerting === true,
    }
  }
}
