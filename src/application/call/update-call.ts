import { decideCall } from '../../domain/call.ts'
import type { CallSideChange } from '../../domain/call-side.ts'
import { parseCallId } from '../../domain/ids.ts'
import { RefusalReason } from '../../domain/refusal.ts'
import { err, ok } from '../../domain/result.ts'
import type { Effect, Outcome } from '../effect.ts'
import type { SessionRecord } from '../ports/sessions.ts'
import type { Clock } from '../ports/system/clock.ts'
import type { Tx } from '../ports/transaction.ts'

interface Deps {
  readonly clock: Clock
}

export type UpdateCall = (tx: Tx, by: SessionRecord, call: string, change: CallSideChange) => Promise<Outcome>

/** Hold and mute (CALL-14): kept in the call, and told to the other party. */
export function makeUpdateCall({ clock }: Deps): UpdateCall {
  return async (tx, { id: session, user }, call, change) => {
    const id = parseCallId(call)
    if (id === undefined) return err({ reason: RefusalReason.callNotFound })
    const event = { kind: 'update', by: user.id, session, at: clock.monotonicMs(), change } as const
    const decided = await tx.calls.update(id, (present) => decideCall(present, event))
    if (!decided.ok) return err({ reason: RefusalReason.callNotFound })
    const { call: changed, notices } = decided.value
    if (changed.phase !== 'active') throw new Error('a hold ends no call')
    return ok([
      { kind: 'call-changed', call: changed },
      ...notices.map(({ to, session: theirs }): Effect => ({
        kind: 'tell-updated',
        to: to.id,
        session: theirs,
        from: user.id,
        call: id,
        change,
      })),
    ])
  }
}
