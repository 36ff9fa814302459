import type { Online, Presence } from '../../application/ports/presence.ts'
import type { UserId } from '../../domain/ids.ts'
import type { NameRange } from '../../domain/name-order.ts'
import { SortedNames } from '../names/sorted-names.ts'

export function createMemoryPresence(): Presence {
  const present = new Map<UserId, Online>()
  const names = new SortedNames()
  const ids = new Map<string, UserId>()

  return {
    find: (user) => Promise.resolve(present.get(user)),

    put(online) {
      const { user } = online
      if (!present.has(user.id)) {
        names.add(user.username)
        ids.set(user.username, user.id)
      }
      present.set(user.id, online)
      return Promise.resolve()
    },

    remove(user) {
      const online = present.get(user)
      if (online !== undefined) {
        names.delete(online.user.username)
        ids.delete(online.user.username)
      }
      present.delete(user)
      return Promise.resolve()
    },

    list: () => Promise.resolve(present),
    listByName: (range) => Promise.resolve(byName(range)),
  }

  function* byName(range: NameRange): Iterable<Online> {
    for (const name of names.in(range)) {
      const id = ids.get(name)
      const online = id === undefined ? undefined : present.get(id)
      if (online !== undefined) yield online
    }
  }
}
