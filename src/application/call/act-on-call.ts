import { parseCallId } from '../../domain/ids.ts'
import { RefusalReason } from '../../domain/refusal.ts'
import { err } from '../../domain/result.ts'
import type { Outcome } from '../effect.ts'
import type { Clock } from '../ports/system/clock.ts'
import type { SessionRecord } from '../ports/sessions.ts'
import type { Tx } from '../ports/transaction.ts'
import { advanceCall } from './advance-call.ts'

interface Deps {
  readonly clock: Clock
}

export type ActOnCall = (
  tx: Tx,
  by: SessionRecord,
  call: string,
  act: { readonly kind: 'accept' | 'decline' | 'hang_up'; readonly answer?: string | undefined },
) => Promise<Outcome>

/** CALL_RESPONSE and HANGUP (CALL-3, CALL-6): the transition table says who may do what, when. */
export function makeActOnCall({ clock }: Deps): ActOnCall {
  return async (tx, by, call, { kind, answer }) => {
    const id = parseCallId(call)
    if (id === undefined) return err({ reason: RefusalReason.callNotFound })
    const event = { by: by.user.id, session: by.id, at: clock.monotonicMs() }
    return advanceCall(tx, id, { kind, ...event }, answer)
  }
}
