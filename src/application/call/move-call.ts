import { decideCall, sessionOf } from '../../domain/call.ts'
import { DeviceReason } from '../../domain/call-table.ts'
import { RefusalReason } from '../../domain/refusal.ts'
import { err, ok } from '../../domain/result.ts'
import type { Outcome } from '../effect.ts'
import type { Clock } from '../ports/system/clock.ts'
import type { SessionRecord } from '../ports/sessions.ts'
import type { Tx } from '../ports/transaction.ts'
import { callOf } from './call-of.ts'
import { peerStateTo } from './peer-state.ts'
import type { ViewCall } from './view-call.ts'

interface Deps {
  readonly clock: Clock
  readonly viewCall: ViewCall
}

export type MoveCall = (tx: Tx, by: SessionRecord, call: string) => Promise<Outcome>

/** CALL_MOVE: another session of a party takes its active call (DEV-9, DEV-10). */
export function makeMoveCall({ clock, viewCall }: Deps): MoveCall {
  return async (tx, by, wanted) => {
    const { id: session, user } = by
    const own = await callOf(tx, user.id)
    if (own?.call.id !== wanted) return err({ reason: RefusalReason.callNotFound })
    const { call: before, role, peerRole } = own
    const old = sessionOf(before, role)
    if (before.phase === 'active' && old === session) return err({ reason: RefusalReason.alreadyInCall })
    // The ring is for the session that is handed over.
    if (before.phase === 'active' && before.transfer !== undefined)
      return err({ reason: RefusalReason.transferPending })
    const { id } = before
    const event = { kind: 'move', by: user.id, session, at: clock.monotonicMs() } as const
    const decided = await tx.calls.update(id, (call) => decideCall(call, event))
    if (!decided.ok) return err({ reason: RefusalReason.callNotFound })
    const { call } = decided.value
    const view = await viewCall(tx, by)
    if (call.phase !== 'active' || view === undefined) throw new Error('a call that moves goes on')
    const left = { to: user.id, session: old, call: id, durationMs: view.durationMs, missed: undefined }
    return ok([
      { kind: 'call-moved', call },
      { kind: 'tell-hangup', ...left, reason: DeviceReason.moved },
      peerStateTo(call, peerRole, 'moved'),
      { kind: 'answer-call-moved', session, view },
    ])
  }
}
