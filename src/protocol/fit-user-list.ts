import { MAX_FRAME_LENGTH } from './frame.ts'
import type { ListedUser } from './messages/user.ts'

/** Left for the type byte, the brackets, `truncated` and an escaped `request_id` of 64 characters. */
const RESERVE = 1024

/** As many users as a frame holds: the answer never exceeds the frame limit (PRES-4). */
export function fitUserList(users: Iterable<ListedUser>): { users: ListedUser[]; truncated?: true } {
  const fitting: ListedUser[] = []
  let room = MAX_FRAME_LENGTH - RESERVE
  for (const user of users) {
    room -= Buffer.byteLength(JSON.stringify(user)) + 1
    if (room < 0) return { users: fitting, truncated: true }
    fitting.push(user)
  }
  return { users: fitting }
}
