import type { RoomPlace, Session } from '../session.ts'
import type { LinkedRoom } from './linked-room.ts'

/** A place in a room where nobody signals to another member: every signal is read, and goes to the SFU. */
export function inSfuRoom(room: LinkedRoom, { id: session, user }: Session): RoomPlace {
  return { room, seat: { room: room.id, user: user.id, session }, addressed: () => undefined }
}
