import { type CallDecision, type CallEvent, decideCall } from '../../domain/call.ts'
import type { CallId } from '../../domain/ids.ts'
import { RefusalReason } from '../../domain/refusal.ts'
import { err, ok } from '../../domain/result.ts'
import { UserState } from '../../domain/user-state.ts'
import type { Effect, Outcome } from '../effect.ts'
import type { CallStore } from '../ports/call-store.ts'
import type { Presence } from '../ports/presence.ts'
import { setState } from '../user/set-state.ts'

interface Deps {
  readonly calls: CallStore
  readonly presence: Presence
}

export type AdvanceCall = (id: CallId, event: CallEvent) => Promise<Outcome>

/** Lets an event happen to a call: the one way in which a call changes after it was placed. */
export function makeAdvanceCall({ calls, presence }: Deps): AdvanceCall {
  return async (id, event) => {
    const decided = await calls.update(id, (call) => decideCall(call, event))
    if (!decided.ok) return err({ reason: RefusalReason.callNotFound })
    const { call } = decided.value
    const told = decided.value.notices.map((notice) => tell(call, notice))
    if (call.phase === 'active') {
      return ok([
        { kind: 'call-connected', call },
        ...told,
        ...(await setState(presence, call.callee, UserState.Busy)),
      ])
    }
    return ok([
      { kind: 'call-ended', call },
      ...told,
      ...(await setState(presence, call.caller, UserState.Available)),
      ...(await setState(presence, call.callee, UserState.Available)),
    ])
  }
}

function tell(call: CallDecision['call'], { to, peer, notice }: CallDecision['notices'][number]): Effect {
  if (call.phase === 'active') return { kind: 'tell-accepted', to: to.id, call: call.id, peer }
  if (notice === 'declined') {
    return { kind: 'tell-declined', to: to.id, call: call.id, peer, reason: call.reason }
  }
  return { kind: 'tell-hangup', to: to.id, call: call.id, reason: call.reason }
}
