import type { UserId } from '../../domain/ids.ts'
import type { Effect, SessionEnd } from '../effect.ts'
import type { CallStore } from '../ports/call-store.ts'
import type { Clock } from '../ports/clock.ts'
import type { AdvanceCall } from './advance-call.ts'

interface Deps {
  readonly calls: CallStore
  readonly clock: Clock
  readonly advanceCall: AdvanceCall
}

export type EndCallOf = (user: UserId, cause: SessionEnd) => Promise<readonly Effect[]>

/** Ends the call that a user leaves with its session, if there is one. */
export function makeEndCallOf({ calls, clock, advanceCall }: Deps): EndCallOf {
  return async (user, cause) => {
    const call = await calls.liveCallOf(user)
    if (call === undefined) return []
    const ended = await advanceCall(call.id, { kind: cause, by: user, at: clock.monotonicMs() })
    return ended.ok ? ended.value : []
  }
}
