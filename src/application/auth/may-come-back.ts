import type { User } from '../../domain/user.ts'
import type { UserStore } from '../ports/user-store.ts'

/** Whether a session of the user may go on: its account may have been removed, renamed or disabled meanwhile. */
export type MayComeBack = (user: User) => Promise<boolean>

export function makeMayComeBack({ users }: { readonly users: UserStore }): MayComeBack {
  return async ({ id, username }) => {
    const account = await users.findById(id)
    return account?.username === username && account.disabled !== true
  }
}
