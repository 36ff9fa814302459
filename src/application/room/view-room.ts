import type { UserId } from '../../domain/ids.ts'
import type { Room } from '../../domain/room.ts'
import type { RoomView } from './room-effect.ts'

export function viewRoom(room: Room, viewer: UserId): RoomView {
  return { room, others: room.members.filter(({ user }) => user.id !== viewer) }
}
