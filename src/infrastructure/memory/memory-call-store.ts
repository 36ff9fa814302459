import type { CallStore } from '../../application/ports/call-store.ts'
import type { LiveCall } from '../../domain/call.ts'
import type { CallId, UserId } from '../../domain/ids.ts'
import { err, ok } from '../../domain/result.ts'

/** Atomic because nothing in here waits. */
export function createMemoryCallStore(): CallStore {
  const calls = new Map<CallId, LiveCall>()
  const callOf = new Map<UserId, CallId>()
  // In the order of their beginning, so that the oldest are found without a search.
  const ringing = new Map<CallId, number>()

  return {
    reserve(call) {
      if (callOf.has(call.caller.id)) return Promise.resolve(err('caller_busy'))
      if (callOf.has(call.callee.id)) return Promise.resolve(err('callee_busy'))
      add(call)
      return Promise.resolve(ok(call))
    },

    update(id, decide) {
      const present = calls.get(id)
      if (present === undefined) return Promise.resolve(err('call_not_found'))
      const decided = decide(present)
      if (!decided.ok) return Promise.resolve(decided)
      const { call } = decided.value
      if (call.phase !== 'ringing') ringing.delete(id)
      if (call.phase !== 'ended') {
        calls.set(id, call)
      } else {
        calls.delete(id)
        callOf.delete(call.caller.id)
        callOf.delete(call.callee.id)
      }
      return Promise.resolve(decided)
    },

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
      for (const call of saved.toSorted((a, b) => since(a) - since(b))) add(call)
      return Promise.resolve()
    },
  }

  function add(call: LiveCall): void {
    calls.set(call.id, call)
    callOf.set(call.caller.id, call.id)
    callOf.set(call.callee.id, call.id)
    if (call.phase === 'ringing') ringing.set(call.id, call.since)
  }
}
