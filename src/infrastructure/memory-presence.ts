import type { Online, Presence } from '../application/ports/presence.ts'
import type { UserId } from '../domain/ids.ts'

export function createMemoryPresence(): Presence {
  const present = new Map<UserId, Online>()
  return {
    find: (user) => Promise.resolve(present.get(user)),
    put(online) {
      present.set(online.user.id, online)
      return Promise.resolve()
    },
    remove(user) {
      present.delete(user)
      return Promise.resolve()
    },
    list: () => Promise.resolve(present),
  }
}
