import { parseRoomId, type RoomId } from '../../domain/ids.ts'
import type { Room } from '../../domain/room.ts'

/** A room that is there whether or not anybody is in it. */
export type PermanentRoom = Pick<Room, 'id' | 'name' | 'maxMembers' | 'inviteOnly' | 'mode'>

/** What the configuration says of rooms. */
export interface RoomRules {
  /** Whether who comes first makes a room. */
  readonly create: 'anyone' | 'nobody'
  readonly maxMembers: number
  /** Of the rooms that members make. */
  readonly mode: Room['mode']
  /** How many there may be besides the permanent ones. */
  readonly maxRooms: number
  /** By their ids. */
  readonly permanent: ReadonlyMap<RoomId, PermanentRoom>
  /** How long a room stays in which nobody is. */
  readonly cleanupDelayMs: number
  /** Stands before the id of every room, with a `_` between (ROOM-2); `""`: nothing does. */
  readonly label: string
}

/** The whole id of a room, whether or not the client has written the server's label before it. */
export function wholeRoomId(label: string, text: string): RoomId | undefined {
  const prefix = label === '' ? '' : `${label}_`
  return parseRoomId(text.startsWith(prefix) ? text : `${prefix}${text}`)
}
