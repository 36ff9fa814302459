import type { Version } from '../../../../application/ports/shared-state.ts'
import type { RoomId, UserId } from '../../../../domain/ids.ts'
import { roomKey, userKey } from '../keys.ts'

/** What a transaction has looked at and changed. */
export interface Marks {
  readUser(user: UserId): void
  readRoom(room: RoomId): void
  /** What is changed has been looked at, too. */
  touchUser(user: UserId): void
  touchRoom(room: RoomId): void
  /** By the keys that have versions: those that there were at the first look. */
  readonly reads: ReadonlyMap<string, Version>
  readonly users: ReadonlySet<UserId>
  readonly rooms: ReadonlySet<RoomId>
}

export function createMarks(versionOf: (key: string) => Version): Marks {
  const reads = new Map<string, Version>()
  const users = new Set<UserId>()
  const rooms = new Set<RoomId>()
  return {
    reads,
    users,
    rooms,
    readUser(user) {
      read(userKey(user))
    },
    readRoom(room) {
      read(roomKey(room))
    },
    touchUser(user) {
      read(userKey(user))
      users.add(user)
    },
    touchRoom(room) {
      read(roomKey(room))
      rooms.add(room)
    },
  }

  function read(key: string): void {
    if (!reads.has(key)) reads.set(key, versionOf(key))
  }
}
