import { decideCall } from '../../domain/call.ts'
import type { CallSideChange } from '../../domain/call-side.ts'
import { parseCallId } from '../../domain/ids.ts'
import { RefusalReason } from '../../domain/refusal.ts'
import { err, ok } from '../../domain/result.ts'
import type { User } from '../../domain/user.ts'
import type { Outcome } from '../effect.ts'
import type { CallStore } from '../ports/call-store.ts'
import type { Clock } from '../ports/clock.ts'

interface Deps {
  readonly calls: CallStore
  readonly clock: Clock
}

export type UpdateCall = (by: User, call: string, change: CallSideChange) => Promise<Outcome>

/** Hold and mute (CALL-14): kept in the call, and told to the other party. */
export function makeUpdateCall({ calls, clock }: Deps): UpdateCall {
  return async (by, call, change) => {
    const id = parseCallId(call)
    if (id === undefined) return err({ reason: RefusalReason.callNotFound })
    const event = { kind: 'update', by: by.id, at: clock.monotonicMs(), change } as const
    const decided = await calls.update(id, (present) => decideCall(present, event))
    if (!decided.ok) return err({ reason: RefusalReason.callNotFound })
    return ok(
      decided.value.notices.map(({ to }) => ({
        kind: 'tell-updated',
        to: to.id,
        from: by.id,
        call: id,
        change,
      })),
    )
  }
}
