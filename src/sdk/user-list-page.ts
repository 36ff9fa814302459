import type { ListedUser } from '../protocol/messages/user.ts'
import type { Pushed } from './pushed.ts'

/** A part of the user list. */
export interface UserListPage {
  readonly users: readonly ListedUser[]
  /** Asks for what follows; undefined where nothing does. */
  readonly nextCursor: string | undefined
}

export function readUserListPage({ payload }: Pushed<'USER_LIST_RESPONSE'>): UserListPage {
  return { users: payload.users, nextCursor: payload.next_cursor }
}
