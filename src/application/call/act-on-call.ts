import { type CallId, parseCallId } from '../../domain/ids.ts'
import { RefusalReason } from '../../domain/refusal.ts'
import { err, ok } from '../../domain/result.ts'
import type { Effect, Outcome } from '../effect.ts'
import type { Clock } from '../ports/system/clock.ts'
import type { SessionRecord } from '../ports/sessions.ts'
import type { Tx } from '../ports/transaction.ts'
import { advanceCall } from './advance-call.ts'
import { callOf } from './call-of.ts'

interface Deps {
  readonly clock: Clock
}

export type ActOnCall = (
  tx: Tx,
  by: SessionRecord,
  call: string | { readonly begunBy: string },
  act: { readonly kind: 'accept' | 'decline' | 'hang_up'; readonly answer?: string | undefined },
) => Promise<Outcome>

/**
 * CALL_RESPONSE and HANGUP (CALL-3, CALL-6): the transition table says who may do what, when. `begunBy`: the call that the
 * asker entered by that request (CALL-19).
 */
export function makeActOnCall({ clock }: Deps): ActOnCall {
  return async (tx, by, call, { kind, answer }) => {
    const id = typeof call === 'string' ? parseCallId(call) : await entered(tx, by, call.begunBy)
    if (id === undefined) return err({ reason: RefusalReason.callNotFound })
    const event = { by: by.user.id, session: by.id, at: clock.monotonicMs() }
    if (kind === 'hang_up' && (await isOwnTransfer(tx, by, id)))
      return advanceCall(tx, id, { kind: 'cancel', at: event.at })
    const outcome = await advanceCall(tx, id, { kind, ...event }, answer)
    if (typeof call === 'string' || !outcome.ok) return outcome
    return ok([...outcome.value, ...outcome.value.flatMap((effect) => tellAsker(by, effect))])
  }
}

/** Who hung up without the id may hear it in RINGING afterwards, and must be told that it is over. */
function tellAsker({ id: session, user }: SessionRecord, effect: Effect): readonly Effect[] {
  if (effect.kind !== 'call-ended') return []
  const { id: call, reason, durationMs } = effect.call
  return [{ kind: 'tell-hangup', to: user.id, session, call, reason, durationMs, missed: undefined }]
}

/** Whether it rings because the asker transfers its call (TRANSFER-4). */
async function isOwnTransfer(tx: Tx, { id: session, user }: SessionRecord, id: CallId): Promise<boolean> {
  const own = await callOf(tx, user.id)
  if (own?.call.phase !== 'active' || own.call.transfer?.to !== id) return false
  return own.call.transfer.by === own.role && own.call.sessions[own.role] === session
}

async function entered(tx: Tx, { user }: SessionRecord, request: string): Promise<CallId | undefined> {
  const own = await callOf(tx, user.id)
  return own?.call.requests?.[own.role] === request ? own.call.id : undefined
}
