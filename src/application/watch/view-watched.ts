import type { RoomId, UserId } from '../../domain/ids.ts'
import { UserState } from '../../domain/user-state.ts'
import type { Watching } from '../../domain/watching.ts'
import type { Clock } from '../ports/system/clock.ts'
import type { Tx } from '../ports/transaction.ts'
import type { RoomAtRest } from '../room/find-room.ts'
import { maySeeRoom } from '../room/may-see-room.ts'
import type { WatchedRoom, WatchedUser, WatchedView } from './watched-view.ts'

interface Deps {
  readonly clock: Clock
  readonly roomAtRest: RoomAtRest
}

/** `names`: of users who may be away, as far as they are to be told. */
export type ViewWatched = (
  tx: Tx,
  viewer: UserId,
  watching: Watching,
  names?: ReadonlyMap<UserId, string>,
) => Promise<WatchedView>

const NO_NAMES: ReadonlyMap<UserId, string> = new Map()

/** The present states of what somebody watches (WATCH-2). Whoever is not online is Disconnected, known or not. */
export function makeViewWatched({ clock, roomAtRest }: Deps): ViewWatched {
  return async (tx, viewer, { users, rooms }, names = NO_NAMES) => {
    const everybody = users === 'everybody'
    return {
      everybody,
      users: everybody ? [] : await viewUsers(tx, users, names),
      rooms: await Promise.all(rooms.map((id) => viewRoom(tx, viewer, id))),
    }
  }

  async function viewUsers(
    { presence }: Tx,
    ids: readonly UserId[],
    names: ReadonlyMap<UserId, string>,
  ): Promise<readonly WatchedUser[]> {
    const online = await presence.list()
    return ids.map((id) => {
      const present = online.get(id)
      const username = present?.user.username ?? names.get(id)
      return { id, username, state: present?.state ?? UserState.Disconnected }
    })
  }

  async function viewRoom({ rooms }: Tx, viewer: UserId, id: RoomId): Promise<WatchedRoom> {
    const room = (await rooms.find(id)) ?? roomAtRest(id)
    if (room === undefined || !maySeeRoom(room, viewer, clock.monotonicMs())) return { id, room: undefined }
    return { id, room: { ...room, members: room.members.length } }
  }
}
