import type { Transact, Tx } from '../application/ports/transaction.ts'
import type { RoomPage } from '../application/room/list-rooms.ts'
import type { UseCases } from '../application/use-cases.ts'
import type { SessionId, UserId } from '../domain/ids.ts'
import type { Refusal } from '../domain/refusal.ts'
import { err, ok, type Result } from '../domain/result.ts'
import type { Room } from '../domain/room.ts'
import { answer, decide, type Decision } from './decide.ts'
import type { Deliver } from './delivery/deliver.ts'

/** What an administrator may see and do of rooms. Rooms are named as clients name them. */
export interface RoomAdministration {
  /**
   * Those in which somebody is, and how many are in them. Of several nodes each counts its own members, and the rooms in
   * which the one who has been there longest is its own.
   */
  count(): Promise<{ readonly occupied: number; readonly members: number }>
  /** But for permanent ones in which nobody is. */
  all(): Promise<readonly Room[]>
  list(query: { readonly after?: string | undefined; readonly limit: number }): Promise<RoomPage>
  find(room: string): Promise<Result<Room, Refusal>>
  close(room: string): Promise<Result<undefined, Refusal>>
  remove(room: string, user: UserId): Promise<Result<undefined, Refusal>>
  /** The code by which the user may enter. */
  admit(room: string, user: UserId): Promise<Result<string, Refusal>>
}

interface Deps {
  readonly transact: Transact
  readonly deliver: Deliver
  /** Whether the session is this node's. */
  readonly isOurs: (session: SessionId) => boolean
  readonly useCases: Pick<UseCases, 'actInRoom' | 'admitToRoom' | 'listRooms' | 'lookAtRoom'>
}

export function makeRoomAdministration({ useCases, isOurs, ...deps }: Deps): RoomAdministration {
  return {
    count: () =>
      decide(deps, async (tx) => {
        const ours = (await tx.rooms.list()).map(({ members }) =>
          members.map(({ session }) => isOurs(session)),
        )
        const occupied = ours.filter(([first = false]) => first).length
        return answer({ occupied, members: ours.flat().filter((isOur) => isOur).length })
      }),
    all: () => decide(deps, async (tx) => answer(await tx.rooms.list())),
    list: (query) => decide(deps, async (tx) => answer(await useCases.listRooms(tx, undefined, query))),
    find: (room) => decide(deps, async (tx) => answer(await useCases.lookAtRoom(tx, undefined, room))),
    close: (room) => decide(deps, (tx) => act(tx, room, { kind: 'close' })),
    remove: (room, member) => decide(deps, (tx) => act(tx, room, { kind: 'remove', member })),

    admit: (room, user) =>
      decide(deps, async (tx): Promise<Decision<Result<string, Refusal>>> => {
        const admitted = await useCases.admitToRoom(tx, room, user)
        if (!admitted.ok) return answer(admitted)
        return { value: ok(admitted.value.invite), effects: admitted.value.effects }
      }),
  }

  async function act(
    tx: Tx,
    room: string,
    what: Parameters<UseCases['actInRoom']>[3],
  ): Promise<Decision<Result<undefined, Refusal>>> {
    const outcome = await useCases.actInRoom(tx, undefined, room, what)
    return outcome.ok ? { value: ok(undefined), effects: outcome.value } : answer(err(outcome.error))
  }
}
