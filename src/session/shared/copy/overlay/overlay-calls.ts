import type { CallStore } from '../../../../application/ports/call-store.ts'
import type { LiveCall } from '../../../../domain/call.ts'
import type { CallId, UserId } from '../../../../domain/ids.ts'
import type { Marks } from './marks.ts'

interface Overlaid {
  readonly calls: CallStore
  /** What has become of those that were changed; undefined for one that has ended. */
  readonly changed: () => Promise<ReadonlyMap<CallId, LiveCall | undefined>>
}

/**
 * `scratch`: an empty store, into which each call is taken that the work looks at. What a call store knows of who is in
 * which call is said once, there.
 */
export function overlayCalls(
  base: CallStore,
  scratch: CallStore,
  marks: Marks,
  isOurs: (call: LiveCall) => boolean,
): Overlaid {
  const loaded = new Map<CallId, LiveCall>()
  const lookedAt = new Set<CallId>()

  const calls: CallStore = {
    async reserve(call) {
      await loadOf(call.caller.id)
      await loadOf(call.callee.id)
      touch(call)
      return scratch.reserve(call)
    },

    async update(id, decide) {
      await load(id)
      const decided = await scratch.update(id, decide)
      if (decided.ok) touch(decided.value.call)
      return decided
    },

    async find(id) {
      await load(id)
      return scratch.find(id)
    },

    async liveCallOf(user) {
      await loadOf(user)
      return scratch.liveCallOf(user)
    },

    async ringingSince(instant) {
      const due: CallId[] = []
      for (const id of await base.ringingSince(instant)) {
        const call = await base.find(id)
        if (call !== undefined && isOurs(call)) due.push(id)
      }
      return due
    },

    list: () => base.list(),
    restore: () => Promise.reject(new Error('calls that several nodes share are nowhere else')),
    put: (call) => scratch.put(call),
    drop: (id) => scratch.drop(id),
  }

  return { calls, changed }

  async function loadOf(user: UserId): Promise<void> {
    marks.readUser(user)
    const call = await base.liveCallOf(user)
    if (call !== undefined) await take(call)
  }

  async function load(id: CallId): Promise<void> {
    const before = await base.find(id)
    if (before === undefined) return
    // The versions first: what is found afterwards is at least as new.
    marks.readUser(before.caller.id)
    marks.readUser(before.callee.id)
    const call = await base.find(id)
    if (call !== undefined) await take(call)
  }

  /** Once: afterwards the scratch store knows better. */
  async function take(call: LiveCall): Promise<void> {
    if (lookedAt.has(call.id)) return
    lookedAt.add(call.id)
    loaded.set(call.id, call)
    await scratch.put(call)
    // Who else is in it, or in what it came from, matters to whatever is decided about it.
    await loadOf(call.caller.id)
    await loadOf(call.callee.id)
  }

  function touch({ caller, callee }: Pick<LiveCall, 'caller' | 'callee'>): void {
    marks.touchUser(caller.id)
    marks.touchUser(callee.id)
  }

  async function changed(): Promise<ReadonlyMap<CallId, LiveCall | undefined>> {
    const now = new Map((await scratch.list()).map((call) => [call.id, call]))
    const all = new Map<CallId, LiveCall | undefined>()
    for (const [id, call] of now) if (loaded.get(id) !== call) all.set(id, call)
    for (const id of loaded.keys()) if (!now.has(id)) all.set(id, undefined)
    return all
  }
}
