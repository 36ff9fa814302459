import { type ActiveCall, type CallEvent, type CallNotice, decideCall } from '../../domain/call.ts'
import type { CallId } from '../../domain/ids.ts'
import { RefusalReason } from '../../domain/refusal.ts'
import { err, ok } from '../../domain/result.ts'
import { UserState } from '../../domain/user-state.ts'
import type { Effect, Outcome } from '../effect.ts'
import type { Tx } from '../ports/transaction.ts'
import { setState } from '../user/set-state.ts'
import { tellElsewhere, tellEnd, whom } from './tell-end.ts'
import { goOnWithout, handOver, leaveBehind } from './transfer/transfer-end.ts'

/** `answer`: the callee's session description, where it comes with the acceptance. */
export type AdvanceCall = (tx: Tx, id: CallId, event: CallEvent, answer?: string) => Promise<Outcome>

/** Lets an event lead a call into its next phase, which its parties and everybody else are told of. */
export const advanceCall: AdvanceCall = async (tx, id, event, answer) => {
  const decided = await tx.calls.update(id, (call) => decideCall(call, event))
  if (!decided.ok) return err({ reason: RefusalReason.callNotFound })
  const { call, offer, transfer, rung, notices } = decided.value
  if (call.phase === 'ringing') throw new Error('it rings as before')
  if (call.phase === 'ended') {
    return ok([
      { kind: 'call-ended', call },
      ...notices.map((notice) => tellEnd(call, notice)),
      ...(rung === undefined ? [] : await takeBack(tx, rung, event.at)),
      ...(transfer === undefined
        ? await setState(tx, call.caller, UserState.Available)
        : await goOnWithout(tx, call, transfer, event.at)),
      ...(await setState(tx, call.callee, UserState.Available)),
    ])
  }
  const { caller, callee, sessions } = call
  const early = { to: callee.id, session: sessions.callee, from: caller.id, call: id }
  return ok([
    ...(transfer === undefined ? [] : await leaveBehind(tx, transfer, event.at)),
    { kind: 'call-connected', call },
    ...notices.map((notice) => tellAccepted(call, notice, answer)),
    ...(transfer === undefined ? [] : await handOver(tx, call, transfer)),
    ...(offer === undefined ? [] : [{ kind: 'tell-early-offer', ...early, offer } as const]),
    ...(await setState(tx, callee, UserState.Busy)),
  ])
}

/** What rings for a transfer rings no more, because the call that was to be transferred is over. */
async function takeBack(tx: Tx, ring: CallId, at: number): Promise<readonly Effect[]> {
  const ended = await advanceCall(tx, ring, { kind: 'cancel', at })
  return ended.ok ? ended.value : []
}

function tellAccepted({ id: call }: ActiveCall, notice: CallNotice, answer: string | undefined): Effect {
  if (notice.notice === 'elsewhere') return tellElsewhere(call, notice)
  return { kind: 'tell-accepted', ...whom(notice), call, peer: notice.peer, role: 'caller', answer }
}
