import type { CallDecision, LiveCall, RingingCall } from '../../domain/call.ts'
import type { CallId, UserId } from '../../domain/ids.ts'
import type { Result } from '../../domain/result.ts'

/** The live calls. Each method is atomic; a user is in at most one of them. */
export interface CallStore {
  /** Adds a ringing call, unless either party is already in one; the caller of a transfer may be in the one it is of. */
  reserve(call: RingingCall): Promise<Result<RingingCall, 'caller_busy' | 'callee_busy'>>

  /**
   * Puts `decide`'s next call in the place of the present one; an ended call is forgotten. Both parties are in an active
   * call, whatever they were in before.
   */
  update(
    id: CallId,
    decide: (call: LiveCall) => Result<CallDecision, 'call_not_found'>,
  ): Promise<Result<CallDecision, 'call_not_found'>>

  find(id: CallId): Promise<LiveCall | undefined>

  liveCallOf(user: UserId): Promise<LiveCall | undefined>

  /** Calls that began to ring at or before the instant (monotonic milliseconds). */
  ringingSince(instant: number): Promise<readonly CallId[]>

  list(): Promise<readonly LiveCall[]>

  /** Puts back what `list` gave before a restart; none of the parties is in another call. */
  restore(calls: readonly LiveCall[]): Promise<void>

  /** What another node has decided: in the place of an earlier one with the same id. */
  put(call: LiveCall): Promise<void>
  drop(id: CallId): Promise<void>
}
