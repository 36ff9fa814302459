import type { Listed } from '../../../application/effect.ts'
import type { UserListQuery } from '../../../application/user/user-list-query.ts'
import { UserState } from '../../../domain/user-state.ts'
import { fitUserList } from '../../../protocol/user-list/fit-user-list.ts'
import type { ServerMessage } from '../../../protocol/message-table.ts'
import type { ListedUser } from '../../../protocol/messages/user.ts'
import { writeCursor } from '../../../protocol/user-list/user-list-cursor.ts'

/** A page of the user list, and how to go on where there are more (PRES-4, PRES-6). */
export function presentUserList(
  users: Iterable<Listed>,
  { limit, prefix = '', state }: UserListQuery = {},
): ServerMessage {
  const type = 'USER_LIST_RESPONSE'
  const { users: fitting, more } = fitUserList(listed(users), limit)
  const last = fitting.at(-1)
  if (!more || last === undefined) return { type, payload: { users: fitting } }
  const group = last.state === UserState.Disconnected ? 'offline' : 'online'
  const next_cursor = writeCursor({ group, username: last.username, query: prefix, state: state ?? '' })
  return { type, payload: { users: fitting, truncated: true, next_cursor } }
}

export function listedUser({ id, username, state }: Listed): ListedUser {
  return { user_id: id, username, state }
}

function* listed(users: Iterable<Listed>): Iterable<ListedUser> {
  for (const user of users) yield listedUser(user)
}
