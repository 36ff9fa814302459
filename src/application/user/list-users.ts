import type { NameRange } from '../../domain/name-order.ts'
import { UserState } from '../../domain/user-state.ts'
import type { Listed } from '../effect.ts'
import type { UserStore } from '../ports/user-store.ts'
import type { Tx } from '../ports/transaction.ts'
import type { UserListQuery } from './user-list-query.ts'

interface Deps {
  readonly users: UserStore
}

export type ListUsers = (tx: Tx, query: UserListQuery) => Promise<Iterable<Listed>>

/**
 * The users that are asked for, those online first, each group by name (PRES-6): where a frame cannot hold all, they are
 * the ones that matter. Nothing is looked at beyond what is taken, but for those passed over because of their state.
 */
export function makeListUsers({ users }: Deps): ListUsers {
  return async ({ presence }, { prefix, state, after }) => {
    const whole: NameRange = { prefix }
    const rest: NameRange = { prefix, after: after?.username }
    // First, since it may take a while after a start, and what is known of the others must not grow old meanwhile.
    const everybody = await users.listByName(after?.group === 'offline' ? rest : whole)
    const online = await presence.list()
    const here = await presence.listByName(after?.group === 'online' ? rest : whole)
    return listed()

    function* listed(): Iterable<Listed> {
      if (after?.group !== 'offline' && state !== UserState.Disconnected) {
        for (const { user, state: present } of here) {
          if (state === undefined || state === present) yield { ...user, state: present }
        }
      }
      if (state !== undefined && state !== UserState.Disconnected) return
      for (const { id, username } of everybody) {
        if (!online.has(id)) yield { id, username, state: UserState.Disconnected }
      }
    }
  }
}
