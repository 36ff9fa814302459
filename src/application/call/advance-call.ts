import { type CallDecision, type CallEvent, decideCall } from '../../domain/call.ts'
import type { CallId } from '../../domain/ids.ts'
import { RefusalReason } from '../../domain/refusal.ts'
import { err, ok } from '../../domain/result.ts'
import { UserState } from '../../domain/user-state.ts'
import type { Effect, Outcome } from '../effect.ts'
import type { Tx } from '../ports/transaction.ts'
import { setState } from '../user/set-state.ts'

/** `answer`: the callee's session description, where it comes with the acceptance. */
export type AdvanceCall = (tx: Tx, id: CallId, event: CallEvent, answer?: string) => Promise<Outcome>

/** Lets an event lead a call into its next phase, which its parties and everybody else are told of. */
export const advanceCall: AdvanceCall = async (tx, id, event, answer) => {
  const decided = await tx.calls.update(id, (call) => decideCall(call, event))
  if (!decided.ok) return err({ reason: RefusalReason.callNotFound })
  const { call, offer, notices } = decided.value
  if (call.phase === 'active') {
    const { caller, callee } = call
    return ok([
      { kind: 'call-connected', call },
      ...notices.map(({ to, peer }): Effect => {
        return { kind: 'tell-accepted', to: to.id, call: id, peer, role: 'caller', answer }
      }),
      ...(offer === undefined
        ? []
        : [{ kind: 'tell-early-offer', to: callee.id, from: caller.id, call: id, offer } as const]),
      ...(await setState(tx, callee, UserState.Busy)),
    ])
  }
  return ok([
    { kind: 'call-ended', call },
    ...notices.map((notice) => tellEnd(call, notice)),
    ...(await setState(tx, call.caller, UserState.Available)),
    ...(await setState(tx, call.callee, UserState.Available)),
  ])
}

function tellEnd(
  { id: call, reason, durationMs, answered, caller }: Extract<CallDecision['call'], { phase: 'ended' }>,
  { to, peer, notice }: CallDecision['notices'][number],
): Effect {
  const missed = !answered && to.id !== caller.id
  return notice === 'declined'
    ? { kind: 'tell-declined', to: to.id, call, peer, reason, durationMs }
    : { kind: 'tell-hangup', to: to.id, call, reason, durationMs, missed: missed ? caller : undefined }
}
