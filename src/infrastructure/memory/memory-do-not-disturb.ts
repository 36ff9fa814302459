import type { DoNotDisturb } from '../../application/ports/do-not-disturb.ts'
import type { UserId } from '../../domain/ids.ts'

/** Lasts as long as the process, for `enable_persistence: false`. */
export function createMemoryDoNotDisturb(): DoNotDisturb {
  const users = new Set<UserId>()
  return {
    isOn: (user) => users.has(user),
    set(user, on) {
      if (on) users.add(user)
      else users.delete(user)
      return Promise.resolve(true)
    },
    close: () => Promise.resolve(),
  }
}
