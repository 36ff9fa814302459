import { parseUserId } from '../../domain/ids.ts'
import { RefusalReason } from '../../domain/refusal.ts'
import { err, ok } from '../../domain/result.ts'
import type { User } from '../../domain/user.ts'
import { UserState } from '../../domain/user-state.ts'
import type { Outcome } from '../effect.ts'
import type { CallStore } from '../ports/call-store.ts'
import type { Clock } from '../ports/clock.ts'
import type { Ids } from '../ports/ids.ts'
import type { Presence } from '../ports/presence.ts'
import type { UserStore } from '../ports/user-store.ts'
import { setState } from '../user/set-state.ts'

interface Deps {
  readonly users: UserStore
  readonly presence: Presence
  readonly calls: CallStore
  readonly ids: Ids
  readonly clock: Clock
}

export type RequestCall = (caller: User, to: string) => Promise<Outcome>

/** Places a call (CALL-1), or tells why not (CALL-2). */
export function makeRequestCall({ users, presence, calls, ids, clock }: Deps): RequestCall {
  return async (caller, to) => {
    const calleeId = parseUserId(to)
    const account = calleeId === undefined ? undefined : await users.findById(calleeId)
    if (account === undefined) return err({ reason: RefusalReason.userNotFound })
    const callee: User = { id: account.id, username: account.username }
    if (callee.id === caller.id) return err({ reason: RefusalReason.cannotCallSelf, peer: callee })
    if ((await presence.find(callee.id)) === undefined) {
      return err({ reason: RefusalReason.userUnavailable, peer: callee })
    }
    const call = { id: ids.call(), caller, callee, phase: 'ringing', since: clock.monotonicMs() } as const
    const reserved = await calls.reserve(call)
    if (!reserved.ok) return err({ reason: reserved.error, peer: callee })
    return ok([
      { kind: 'tell-incoming-call', to: callee.id, call: call.id, from: caller },
      ...(await setState(presence, caller, UserState.Busy)),
    ])
  }
}
