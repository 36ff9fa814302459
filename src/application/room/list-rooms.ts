import type { UserId } from '../../domain/ids.ts'
import type { Clock } from '../ports/system/clock.ts'
import type { Tx } from '../ports/transaction.ts'
import { emptyRoom } from './find-room.ts'
import { maySeeRoom } from './may-see-room.ts'
import type { ListedRoom } from './room-effect.ts'
import type { RoomRules } from './room-rules.ts'

interface Deps {
  readonly clock: Clock
  readonly roomRules: RoomRules
}

interface RoomListQuery {
  /** Only rooms whose ids come after this one's. */
  readonly after?: string | undefined
  readonly limit: number
}

export interface RoomPage {
  readonly rooms: readonly ListedRoom[]
  /** Where the next page begins, if there is one. */
  readonly nextCursor: string | undefined
}

/** `viewer`: undefined for the administrator, who sees all. */
export type ListRooms = (tx: Tx, viewer: UserId | undefined, query: RoomListQuery) => Promise<RoomPage>

/** The rooms in the order of their ids (ROOM-11). Those for the invited alone are shown to these, and to the members. */
export function makeListRooms({ clock, roomRules: { permanent } }: Deps): ListRooms {
  return async (tx, viewer, { after = '', limit }) => {
    const now = clock.monotonicMs()
    const live = await tx.rooms.list()
    const known = new Set(live.map(({ id }) => id))
    const idle = [...permanent.values()].filter(({ id }) => !known.has(id))
    const found = [...live, ...idle.map((room) => emptyRoom(room, undefined))]
      .filter((room) => room.id > after && maySeeRoom(room, viewer, now))
      .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    const page = found.slice(0, limit)
    return {
      rooms: page.map(({ id, name, maxMembers, inviteOnly, members }) => {
        return { id, name, maxMembers, inviteOnly, members: members.length }
      }),
      nextCursor: found.length > page.length ? page.at(-1)?.id : undefined,
    }
  }
}
