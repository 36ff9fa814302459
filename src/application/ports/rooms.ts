import type { RoomId, UserId } from '../../domain/ids.ts'
import type { Room } from '../../domain/room.ts'

/** The rooms in which somebody is, or was a moment ago. Each method is atomic; a user is in at most one of them. */
export interface Rooms {
  find(id: RoomId): Promise<Room | undefined>
  /** The one that the user is in. */
  roomOf(user: UserId): Promise<Room | undefined>
  /** In the place of an earlier one with the same id. */
  put(room: Room): Promise<void>
  remove(id: RoomId): Promise<void>
  count(): Promise<number>
  /** Those in which nobody is. */
  empty(): Promise<readonly Room[]>
  list(): Promise<readonly Room[]>
}
