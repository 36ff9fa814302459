import type { Rooms } from '../../application/ports/rooms.ts'
import type { RoomId, UserId } from '../../domain/ids.ts'
import type { Room } from '../../domain/room.ts'

/** Atomic because nothing in here waits. */
export function createMemoryRooms(): Rooms {
  const rooms = new Map<RoomId, Room>()
  const roomOf = new Map<UserId, RoomId>()
  const empty = new Set<RoomId>()

  return {
    find: (id) => Promise.resolve(rooms.get(id)),

    roomOf(user) {
      const id = roomOf.get(user)
      return Promise.resolve(id === undefined ? undefined : rooms.get(id))
    },

    put(room) {
      const { id, members } = room
      const before = rooms.get(id)?.members ?? []
      rooms.set(id, room)
      if (before !== members) {
        for (const { user } of before) roomOf.delete(user.id)
        for (const { user } of members) roomOf.set(user.id, id)
      }
      if (members.length === 0) empty.add(id)
      else empty.delete(id)
      return Promise.resolve()
    },

    remove(id) {
      for (const { user } of rooms.get(id)?.members ?? []) roomOf.delete(user.id)
      rooms.delete(id)
      empty.delete(id)
      return Promise.resolve()
    },

    count: () => Promise.resolve(rooms.size),
    empty: () => Promise.resolve([...empty].flatMap((id) => rooms.get(id) ?? [])),
    list: () => Promise.resolve([...rooms.values()]),
  }
}
