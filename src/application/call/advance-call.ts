import {
  type ActiveCall,
  type CallEvent,
  type CallNotice,
  decideCall,
  type EndedCall,
} from '../../domain/call.ts'
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
  if (call.phase === 'ringing') throw new Error('it rings as before')
  if (call.phase === 'ended') {
    return ok([
      { kind: 'call-ended', call },
      ...notices.map((notice) => tellEnd(call, notice)),
      ...(await setState(tx, call.caller, UserState.Available)),
      ...(await setState(tx, call.callee, UserState.Available)),
    ])
  }
  const { caller, callee, sessions } = call
  const early = { to: callee.id, session: sessions.callee, from: caller.id, call: id }
  return ok([
    { kind: 'call-connected', call },
    ...notices.map((notice) => tellAccepted(call, notice, answer)),
    ...(offer === undefined ? [] : [{ kind: 'tell-early-offer', ...early, offer } as const]),
    ...(await setState(tx, callee, UserState.Busy)),
  ])
}

function tellAccepted({ id: call }: ActiveCall, notice: CallNotice, answer: string | undefined): Effect {
  if (notice.notice === 'elsewhere') return tellElsewhere(call, notice)
  return { kind: 'tell-accepted', ...whom(notice), call, peer: notice.peer, role: 'caller', answer }
}

function tellEnd(
  { id: call, reason, durationMs, activeSince, caller }: EndedCall,
  notice: CallNotice,
): Effect {
  if (notice.notice === 'elsewhere') return tellElsewhere(call, notice)
  const { to, peer } = notice
  const end = { ...whom(notice), call, reason, durationMs }
  const missed = activeSince === undefined && to.id !== caller.id
  return notice.notice === 'declined'
    ? { kind: 'tell-declined', ...end, peer }
    : { kind: 'tell-hangup', ...end, missed: missed ? caller : undefined }
}

/** To a device that rings no more. Its user knows: the call was not missed. */
function tellElsewhere(call: CallId, notice: Extract<CallNotice, { readonly notice: 'elsewhere' }>): Effect {
  const { reason } = notice
  return { kind: 'tell-hangup', ...whom(notice), call, reason, durationMs: 0, missed: undefined }
}

function whom({ to, session, except }: CallNotice) {
  return { to: to.id, session, except }
}
