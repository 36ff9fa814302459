import type { Rooms } from '../../../../application/ports/rooms.ts'
import type { RoomId, UserId } from '../../../../domain/ids.ts'
import type { Room } from '../../../../domain/room.ts'
import type { Marks } from './marks.ts'

interface Overlaid {
  readonly rooms: Rooms
  readonly changed: ReadonlyMap<RoomId, Room | undefined>
}

/** `sweeps`: whether this node is the one that looks after rooms in which nobody is. */
export function overlayRooms(base: Rooms, marks: Marks, sweeps: () => boolean): Overlaid {
  const changed = new Map<RoomId, Room | undefined>()

  const rooms: Rooms = {
    async find(id) {
      marks.readRoom(id)
      return changed.has(id) ? changed.get(id) : base.find(id)
    },

    async roomOf(user) {
      marks.readUser(user)
      for (const room of changed.values())
        if (room?.members.some((member) => member.user.id === user) === true) return room
      const room = await base.roomOf(user)
      if (room === undefined || changed.has(room.id)) return undefined
      // The version first: what is found afterwards is at least as new.
      marks.readRoom(room.id)
      return base.roomOf(user)
    },

    async put(room) {
      const before = await rooms.find(room.id)
      marks.touchRoom(room.id)
      changed.set(room.id, room)
      touchThoseThatCameOrLeft(before, room)
    },

    async remove(id) {
      const before = await rooms.find(id)
      marks.touchRoom(id)
      changed.set(id, undefined)
      touchThoseThatCameOrLeft(before, undefined)
    },

    count: () => base.count(),

    async empty() {
      if (!sweeps()) return []
      return (await base.empty()).filter(({ id }) => !changed.has(id))
    },

    list: () => base.list(),
  }

  return { rooms, changed }

  function touchThoseThatCameOrLeft(before: Room | undefined, after: Room | undefined): void {
    const was = usersIn(before)
    const is = usersIn(after)
    for (const user of was) if (!is.has(user)) marks.touchUser(user)
    for (const user of is) if (!was.has(user)) marks.touchUser(user)
  }
}

function usersIn(room: Room | undefined): ReadonlySet<UserId> {
  return new Set(room?.members.map(({ user }) => user.id))
}
