import { isIn, partyOf, ringsForMs, talkedMs } from '../../domain/call.ts'
import { untouchedSide } from '../../domain/call-side.ts'
import type { SessionRecord } from '../ports/sessions.ts'
import type { Clock } from '../ports/system/clock.ts'
import type { Tx } from '../ports/transaction.ts'
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
    const call = await tx.calls.liveCallOf(user.id)
    const party = call === undefined ? undefined : partyOf(call, user.id)
    if (call === undefined || party === undefined || !isIn(call, party.role, session)) return undefined
    const { role, peer } = party
    const now = clock.monotonicMs()
    const ringing = call.phase === 'ringing' ? call : undefined
    const active = call.phase === 'active' ? call : undefined
    const other = role === 'caller' ? 'callee' : 'caller'
    return {
      id: call.id,
      phase: call.phase,
      role,
      peer,
      peerState: await peerStateOf(tx, call, other),
      ownSide: active?.sides[role] ?? untouchedSide,
      peerSide: active?.sides[other] ?? untouchedSide,
      durationMs: Math.round(talkedMs(call, now)),
      expiresInMs: ringing && ringsForMs(ringing, ringTimeoutMs, now),
      alerting: ringing && ringing.alerting === true,
    }
  }
}
