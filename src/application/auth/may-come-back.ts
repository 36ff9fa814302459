import type { User } from '../../domain/user.ts'
import type { UserStore } from '../ports/user-store.ts'

/** Whether a session of the user may go on: its account may have been removed, renamed or disabled meanwhile. */
export type MayComeBack = (user: User) => Promise<boolean>

export function makeMayComeBack({ users }: { readonly users: UserStore }): MayComeBack {
  return async ({ id, username }) => {
    // Another node may have made the account a moment ago.
    const account = await users.lookUpId(id)
    return account.ok && account.value?.username === username && account.value.disabled !== true
  }
}
