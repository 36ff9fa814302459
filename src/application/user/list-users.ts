import { UserState } from '../../domain/user-state.ts'
import type { Listed } from '../effect.ts'
import type { Presence } from '../ports/presence.ts'
import type { UserStore } from '../ports/user-store.ts'

interface Deps {
  readonly users: UserStore
  readonly presence: Presence
}

export type ListUsers = () => Promise<Iterable<Listed>>

/** Every registered user, those online first: where a frame cannot hold all, they are the ones that matter. */
export function makeListUsers({ users, presence }: Deps): ListUsers {
  return async () => {
    const accounts = await users.list()
    const online = await presence.list()
    return everybody()

    function* everybody(): Iterable<Listed> {
      for (const { user, state } of online.values()) yield { ...user, state }
      for (const { id, username } of accounts) {
        if (!online.has(id)) yield { id, username, state: UserState.Disconnected }
      }
    }
  }
}
