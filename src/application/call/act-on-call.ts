import { parseCallId } from '../../domain/ids.ts'
import { RefusalReason } from '../../domain/refusal.ts'
import { err } from '../../domain/result.ts'
import type { User } from '../../domain/user.ts'
import type { Outcome } from '../effect.ts'
import type { Clock } from '../ports/clock.ts'
import type { AdvanceCall } from './advance-call.ts'

interface Deps {
  readonly clock: Clock
  readonly advanceCall: AdvanceCall
}

export type ActOnCall = (
  by: User,
  call: string,
  act: { readonly kind: 'accept' | 'decline' | 'hang_up'; readonly answer?: string | undefined },
) => Promise<Outcome>

/** CALL_RESPONSE and HANGUP (CALL-3, CALL-6): the transition table says who may do what, when. */
export function makeActOnCall({ clock, advanceCall }: Deps): ActOnCall {
  return async (by, call, { kind, answer }) => {
    const id = parseCallId(call)
    if (id === undefined) return err({ reason: RefusalReason.callNotFound })
    return advanceCall(id, { kind, by: by.id, at: clock.monotonicMs() }, answer)
  }
}
