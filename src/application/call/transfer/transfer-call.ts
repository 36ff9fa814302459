import { decideCall } from '../../../domain/call.ts'
import { parseCallId } from '../../../domain/ids.ts'
import { RefusalReason } from '../../../domain/refusal.ts'
import { err, ok } from '../../../domain/result.ts'
import type { Outcome } from '../../effect.ts'
import type { DoNotDisturb } from '../../ports/do-not-disturb.ts'
import type { Clock } from '../../ports/system/clock.ts'
import type { Ids } from '../../ports/system/ids.ts'
import type { SessionRecord } from '../../ports/sessions.ts'
import type { UserStore } from '../../ports/user-store.ts'
import type { Tx } from '../../ports/transaction.ts'
import { callOf } from '../call-of.ts'
import { findCallee } from '../find-callee.ts'
import { tellTransfer } from './transfer-news.ts'

interface Deps {
  readonly users: UserStore
  readonly doNotDisturb: Pick<DoNotDisturb, 'isOn'>
  readonly ids: Ids
  readonly clock: Clock
  readonly ringTimeoutMs: number
}

export type TransferCall = (
  tx: Tx,
  by: SessionRecord,
  request: {
    readonly call: string
    readonly to: string
    /** The daemon is about to stop: nobody is rung any more (LIFE-18). */
    readonly draining: boolean
  },
) => Promise<Outcome>

/** A party of an active call wants the other one to talk to a third user, who is rung (TRANSFER-1). */
export function makeTransferCall(deps: Deps): TransferCall {
  const { users, doNotDisturb, ids, clock, ringTimeoutMs } = deps
  return async (tx, { id: session, user }, { call, to, draining }) => {
    const own = await callOf(tx, user.id)
    if (own?.call.phase !== 'active' || own.call.id !== parseCallId(call))
      return err({ reason: RefusalReason.callNotFound })
    const { call: live, role, peer: caller, peerRole } = own
    if (live.sessions[role] !== session) return err({ reason: RefusalReason.callNotFound })
    if (live.transfer !== undefined) return err({ reason: RefusalReason.transferPending })

    const found = await findCallee(tx, users, user, to)
    if (!found.ok) return found
    const callee = found.value
    const present = await tx.sessions.ofUser(callee.id)
    if (present.length === 0) return err({ reason: RefusalReason.userUnavailable, peer: callee })
    const callerSession = live.sessions[peerRole]
    const handedOver = await tx.sessions.find(callerSession)
    if (handedOver === undefined || !knowsTransfers([handedOver]) || !knowsTransfers(present))
      return err({ reason: RefusalReason.cannotBeTransferred, peer: callee })
    if (doNotDisturb.isOn(callee.id)) return err({ reason: RefusalReason.doNotDisturb, peer: callee })
    if (draining) return err({ reason: RefusalReason.draining, peer: callee })
    if ((await tx.rooms.roomOf(callee.id)) !== undefined)
      return err({ reason: RefusalReason.calleeBusy, peer: callee })

    const at = clock.monotonicMs()
    const ring = {
      id: ids.call(),
      caller,
      callee,
      phase: 'ringing',
      callerSession,
      since: at,
      transfer: { of: live.id, by: user },
    } as const
    const reserved = await tx.calls.reserve(ring)
    if (!reserved.ok) return err({ reason: RefusalReason.calleeBusy, peer: callee })
    const event = { kind: 'transfer', by: user.id, session, at, to: ring.id } as const
    const begun = await tx.calls.update(live.id, (present) => decideCall(present, event))
    if (!begun.ok || begun.value.call.phase !== 'active') throw new Error('a transfer ends no call by itself')
    return ok([
      { kind: 'call-changed', call: begun.value.call },
      { kind: 'call-placed', call: ring },
      {
        kind: 'tell-incoming-call',
        to: callee.id,
        call: ring.id,
        from: caller,
        invitation: {},
        transferredBy: user,
      },
      ...tellTransfer(
        begun.value.call,
        { newCall: ring.id, by: user, target: callee },
        { state: 'ringing', expiresInMs: ringTimeoutMs },
      ),
    ])
  }
}

function knowsTransfers(sessions: readonly SessionRecord[]): boolean {
  return sessions.some(({ capabilities }) => capabilities.has('call_control'))
}
