import { MAX_FRAME_LENGTH } from '../framing/frame.ts'
import type { ListedUser } from '../messages/user.ts'
import { MAX_CURSOR_LENGTH } from './user-list-cursor.ts'

/** Left for the type byte, the brackets, `truncated`, `next_cursor` and an escaped `request_id` of 64 characters. */
const RESERVE = 1024 + MAX_CURSOR_LENGTH

/** As many users as are wanted and a frame holds (PRES-4); `more`: there are others after them. */
export function fitUserList(
  users: Iterable<ListedUser>,
  limit = Infinity,
): { readonly users: ListedUser[]; readonly more: boolean } {
  const fitting: ListedUser[] = []
  let room = MAX_FRAME_LENGTH - RESERVE
  for (const user of users) {
    room -= Buffer.byteLength(JSON.stringify(user)) + 1
    if (room < 0 || fitting.length === limit) return { users: fitting, more: true }
    fitting.push(user)
  }
  return { users: fitting, more: false }
}
