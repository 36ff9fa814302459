import type { CallStore } from '../../application/ports/call-store.ts'
import type { LiveCall } from '../../domain/call.ts'
import type { CallId, UserId } from '../../domain/ids.ts'
import type { User } from '../../domain/user.ts'
import { err, ok } from '../../domain/result.ts'

/** Atomic because nothing in here waits. */
export function createMemoryCallStore(): CallStore {
  const calls = new Map<CallId, LiveCall>()
  const callOf = new Map<UserId, CallId>()
  // In the order of their beginning, so that the oldest are found without a search.
  const ringing = new Map<CallId, number>()

  return {
    reserve(call) {
      const callerIn = callOf.get(call.caller.id)
      if (callerIn !== undefined && callerIn !== call.transfer?.of) return Promise.resolve(err('caller_busy'))
      if (callOf.has(call.callee.id)) return Promise.resolve(err('callee_busy'))
      put(call)
      return Promise.resolve(ok(call))
    },

    update(id, decide) {
      const present = calls.get(id)
      if (present === undefined) return Promise.resolve(err('call_not_found'))
      const decided = decide(present)
      if (!decided.ok) return Promise.resolve(decided)
      const { call } = decided.value
      if (call.phase === 'ended') drop(id)
      else put(call)
      return Promise.resolve(decided)
    },

    find: (id) => Promise.resolve(calls.get(id)),

    liveCallOf(user) {
      const id = callOf.get(user)
      return Promise.resolve(id === undefined ? undefined : calls.get(id))
    },

    ringingSince(instant) {
      const due: CallId[] = []
      for (const [id, since] of ringing) {
        if (since > instant) break
        due.push(id)
      }
      return Promise.resolve(due)
    },

    list: () => Promise.resolve([...calls.values()]),

    restore(saved) {
      const since = (call: LiveCall) => (call.phase === 'ringing' ? call.since : 0)
      for (const call of saved.toSorted((a, b) => since(a) - since(b))) put(call)
      return Promise.resolve()
    },

    put(call) {
      put(call)
      return Promise.resolve()
    },

    drop(id) {
      drop(id)
      return Promise.resolve()
    },
  }

  function put(call: LiveCall): void {
    const { id, caller, callee, phase } = call
    calls.set(id, call)
    enter(callee, id)
    if (phase !== 'ringing' || call.transfer === undefined) enter(caller, id)
    if (phase !== 'ringing') ringing.delete(id)
    else if (!ringing.has(id)) ringing.set(id, call.since)
  }

  function drop(id: CallId): void {
    const call = calls.get(id)
    if (call === undefined) return
    calls.delete(id)
    ringing.delete(id)
    leave(call.caller, id)
    leave(call.callee, id)
  }

  function enter({ id }: User, call: CallId): void {
    callOf.set(id, call)
  }

  function leave({ id }: User, call: CallId): void {
    if (callOf.get(id) === call) callOf.delete(id)
  }
}
