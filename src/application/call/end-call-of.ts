import type { UserId } from '../../domain/ids.ts'
import type { Effect, SessionEnd } from '../effect.ts'
import type { Clock } from '../ports/system/clock.ts'
import type { Tx } from '../ports/transaction.ts'
import { advanceCall } from './advance-call.ts'

interface Deps {
  readonly clock: Clock
}

export type EndCallOf = (
  tx: Tx,
  user: UserId,
  cause: Exclude<SessionEnd, 'account_changed'>,
) => Promise<readonly Effect[]>

/** Ends the call that a user leaves with its session, if there is one. */
export function makeEndCallOf({ clock }: Deps): EndCallOf {
  return async (tx, user, cause) => {
    const call = await tx.calls.liveCallOf(user)
    if (call === undefined) return []
    const ended = await advanceCall(tx, call.id, { kind: cause, by: user, at: clock.monotonicMs() })
    return ended.ok ? ended.value : []
  }
}
