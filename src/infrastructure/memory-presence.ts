import type { Online, Presence } from '../application/ports/presence.ts'
import type { UserId } from '../domain/ids.ts'

export function createMemoryPresence(): Presence {
  const present = new Map<UserId, Online>()
  // In the order of their detachment, so that the earliest are found without a search.
  const detached = new Map<UserId, number>()

  return {
    find: (user) => Promise.resolve(present.get(user)),

    put(online) {
      const { user, detachedSince } = online
      present.set(user.id, online)
      if (detachedSince === undefined) detached.delete(user.id)
      else if (detached.get(user.id) !== detachedSince) {
        detached.delete(user.id)
        detached.set(user.id, detachedSince)
      }
      return Promise.resolve()
    },

    remove(user) {
      present.delete(user)
      detached.delete(user)
      return Promise.resolve()
    },

    list: () => Promise.resolve(present),

    detachedBy(instant) {
      const found: Online[] = []
      for (const [user, since] of detached) {
        if (since > instant) break
        const online = present.get(user)
        if (online !== undefined) found.push(online)
      }
      return Promise.resolve(found)
    },
  }
}
