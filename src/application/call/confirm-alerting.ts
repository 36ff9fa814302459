import { decideCall, ringsForMs } from '../../domain/call.ts'
import { parseCallId } from '../../domain/ids.ts'
import { RefusalReason } from '../../domain/refusal.ts'
import { err, ok } from '../../domain/result.ts'
import type { User } from '../../domain/user.ts'
import type { Effect, Outcome } from '../effect.ts'
import type { Clock } from '../ports/system/clock.ts'
import type { Tx } from '../ports/transaction.ts'

interface Deps {
  readonly clock: Clock
  readonly ringTimeoutMs: number
}

export type ConfirmAlerting = (tx: Tx, by: User, call: string) => Promise<Outcome>

/** The callee's client shows or sounds the call (CALL-20): kept in the call, and told to the caller once. */
export function makeConfirmAlerting({ clock, ringTimeoutMs }: Deps): ConfirmAlerting {
  return async (tx, by, call) => {
    const id = parseCallId(call)
    if (id === undefined) return err({ reason: RefusalReason.callNotFound })
    const at = clock.monotonicMs()
    const decided = await tx.calls.update(id, (present) =>
      decideCall(present, { kind: 'alert', by: by.id, at }),
    )
    if (!decided.ok) return err({ reason: RefusalReason.callNotFound })
    const { call: changed, notices } = decided.value
    if (changed.phase !== 'ringing') throw new Error('alerting neither answers nor ends a call')
    if (notices.length === 0) return ok([])
    const expiresInMs = ringsForMs(changed, ringTimeoutMs, at)
    return ok([
      { kind: 'call-changed', call: changed },
      ...notices.map(({ to, session, peer }): Effect => {
        return { kind: 'tell-ringing', to: to.id, session, call: id, peer, expiresInMs, alerting: true }
      }),
    ])
  }
}
