import type { Online, Presence } from '../application/ports/presence.ts'
import type { UserId } from '../domain/ids.ts'
import type { NameRange } from '../domain/name-order.ts'
import { SortedNames } from './sorted-names.ts'

export function createMemoryPresence(): Presence {
  const present = new Map<UserId, Online>()
  const names = new SortedNames()
  const ids = new Map<string, UserId>()
  // In the order of their detachment, so that the earliest are found without a search.
  const detached = new Map<UserId, number>()

  return {
    find: (user) => Promise.resolve(present.get(user)),

    put(online) {
      const { user, detachedSince } = online
      if (!present.has(user.id)) {
        names.add(user.username)
        ids.set(user.username, user.id)
      }
      present.set(user.id, online)
      if (detachedSince === undefined) detached.delete(user.id)
      else if (detached.get(user.id) !== detachedSince) {
        detached.delete(user.id)
        detached.set(user.id, detachedSince)
      }
      return Promise.resolve()
    },

    remove(user) {
      const online = present.get(user)
      if (online !== undefined) {
        names.delete(online.user.username)
        ids.delete(online.user.username)
      }
      present.delete(user)
      detached.delete(user)
      return Promise.resolve()
    },

    list: () => Promise.resolve(present),
    listByName: (range) => Promise.resolve(byName(range)),

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

  function* byName(range: NameRange): Iterable<Online> {
    for (const name of names.in(range)) {
      const id = ids.get(name)
      const online = id === undefined ? undefined : present.get(id)
      if (online !== undefined) yield online
    }
  }
}
