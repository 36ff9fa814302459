import type { Online, Presence } from '../../../../application/ports/presence.ts'
import type { UserId } from '../../../../domain/ids.ts'
import type { Marks } from './marks.ts'

interface Overlaid {
  readonly presence: Presence
  readonly changed: ReadonlyMap<UserId, Online | undefined>
}

/** Lists are of what is there when they are walked: after the commit, so with what it has changed. */
export function overlayPresence(base: Presence, marks: Marks): Overlaid {
  const changed = new Map<UserId, Online | undefined>()

  const presence: Presence = {
    find(user) {
      marks.readUser(user)
      return changed.has(user) ? Promise.resolve(changed.get(user)) : base.find(user)
    },

    put(online) {
      marks.touchUser(online.user.id)
      changed.set(online.user.id, online)
      return Promise.resolve()
    },

    remove(user) {
      marks.touchUser(user)
      changed.set(user, undefined)
      return Promise.resolve()
    },

    list: () => base.list(),
    listByName: (range) => base.listByName(range),
  }

  return { presence, changed }
}
