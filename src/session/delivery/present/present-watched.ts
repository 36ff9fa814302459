import type { WatchedRoom, WatchedUser, WatchedView } from '../../../application/watch/watched-view.ts'
import { MAX_FRAME_LENGTH } from '../../../protocol/framing/frame.ts'
import type { ServerMessage } from '../../../protocol/message-table.ts'
import type { WatchedRoom as WireRoom, WatchedUser as WireUser } from '../../../protocol/messages/watch.ts'

/** Of a user without its name, and of a room. */
const MAX_ENTRY_BYTES = 512

/** Left for the type byte, the brackets and an escaped `request_id` of 64 characters. */
const RESERVE = 1024

/** All of it in one message: of more names than fit, which only an account file can hold, the last are left out. */
export function presentWatched({ everybody: all, users, rooms }: WatchedView): ServerMessage {
  let left = MAX_FRAME_LENGTH - RESERVE - MAX_ENTRY_BYTES * (users.length + rooms.length)
  const present = (user: WatchedUser): WireUser => {
    left -= user.username === undefined ? 0 : JSON.stringify(user.username).length * MAX_UTF8_BYTES
    return presentUser(left < 0 ? { ...user, username: undefined } : user)
  }
  return {
    type: 'WATCHED',
    payload: { all, users: users.map(present), rooms: rooms.map(presentWatchedRoom) },
  }
}

/** Of a UTF-16 code unit. */
const MAX_UTF8_BYTES = 3

function presentUser({ id: user_id, username, state }: WatchedUser): WireUser {
  return username === undefined ? { user_id, state } : { user_id, username, state }
}

/** What is not there and what is not to be seen look the same (WATCH-4). */
export function presentWatchedRoom({ id: room_id, room }: WatchedRoom): WireRoom {
  if (room === undefined) return { room_id, members: 0 }
  const { name, maxMembers: max_members, inviteOnly: invite_only, members } = room
  return { room_id, name, max_members, invite_only, members }
}
