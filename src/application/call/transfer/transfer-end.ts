import { type ActiveCall, decideCall, type EndedCall, type RingingCall } from '../../../domain/call.ts'
import { UserState } from '../../../domain/user-state.ts'
import type { Effect } from '../../effect.ts'
import type { Tx } from '../../ports/transaction.ts'
import { setState } from '../../user/set-state.ts'
import { peerStateOf, peerStateTo } from '../peer-state.ts'
import { tellEnd } from '../tell-end.ts'
import { tellTransfer } from './transfer-news.ts'

type Transfer = NonNullable<RingingCall['transfer']>

/** The ring of a transfer is over: the call goes on as it was, unless it is over itself (TRANSFER-3). */
export async function goOnWithout(
  tx: Tx,
  ring: EndedCall,
  { of, by }: Transfer,
  at: number,
): Promise<readonly Effect[]> {
  const decided = await tx.calls.update(of, (call) => decideCall(call, { kind: 'transfer_failed', at }))
  if (!decided.ok || decided.value.call.phase !== 'active') return []
  const { call } = decided.value
  const { id, callee: target, reason } = ring
  return [
    { kind: 'call-changed', call },
    ...tellTransfer(call, { newCall: id, by, target }, { state: 'failed', reason }),
  ]
}

/** The ring of a transfer is accepted: the call that it was of is over, and whoever asked for it is free (TRANSFER-2). */
export async function leaveBehind(tx: Tx, { of, by }: Transfer, at: number): Promise<readonly Effect[]> {
  const decided = await tx.calls.update(of, (call) => decideCall(call, { kind: 'transferred', at }))
  if (!decided.ok || decided.value.call.phase !== 'ended') throw new Error('a call ended before its transfer')
  const { call, notices } = decided.value
  return [
    { kind: 'call-ended', call },
    ...notices.map((notice) => tellEnd(call, notice)),
    ...(await setState(tx, by, UserState.Available)),
  ]
}

/** Tells the party that is handed over that it is in the call that rang. */
export async function handOver(tx: Tx, call: ActiveCall, { of }: Transfer): Promise<readonly Effect[]> {
  const { id, caller, callee: peer, sessions } = call
  const whom = { to: caller.id, session: sessions.caller }
  return [
    { kind: 'tell-accepted', ...whom, call: id, peer, role: 'caller', replaces: of },
    ...((await peerStateOf(tx, call, 'caller')) === 'connected'
      ? []
      : [peerStateTo(call, 'callee', 'reconnecting')]),
  ]
}
