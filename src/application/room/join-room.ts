import { RefusalReason } from '../../domain/refusal.ts'
import { err, ok } from '../../domain/result.ts'
import type { Room } from '../../domain/room.ts'
import type { Outcome } from '../effect.ts'
import type { SessionRecord } from '../ports/sessions.ts'
import type { Clock } from '../ports/system/clock.ts'
import type { Ids } from '../ports/system/ids.ts'
import type { Tx } from '../ports/transaction.ts'
import type { AdvanceRoom } from './advance-room.ts'
import { emptyRoom, findRoom } from './find-room.ts'
import type { RoomRules } from './room-rules.ts'
import { viewRoom } from './view-room.ts'

interface Deps {
  readonly clock: Clock
  readonly ids: Pick<Ids, 'roomLife'>
  readonly roomRules: RoomRules
  readonly advanceRoom: AdvanceRoom
}

export type JoinRoom = (
  tx: Tx,
  by: SessionRecord,
  request: {
    readonly room: string
    readonly nickname: string | undefined
    readonly invite: string | undefined
    /** The daemon is about to stop: nobody enters any more (LIFE-18). */
    readonly draining: boolean
  },
) => Promise<Outcome>

/** Enters a room (ROOM-1), which the first to come makes (ROOM-3). */
export function makeJoinRoom({ clock, ids, roomRules: rules, advanceRoom }: Deps): JoinRoom {
  return async (
    tx,
    { id: session, user, capabilities },
    { room: text, nickname = user.username, invite, draining },
  ) => {
    const found = await findRoom(tx, rules, text)
    if (!found.ok) return found
    const { id, room } = found.value
    // Also in this very room: another ROOM_JOINED would have the member offer once more to all others (ROOM-4).
    const isElsewhere =
      (await tx.rooms.roomOf(user.id)) !== undefined || (await tx.calls.liveCallOf(user.id)) !== undefined
    if (isElsewhere) return err({ reason: RefusalReason.alreadyInCall })
    if (draining) return err({ reason: RefusalReason.draining })
    const entered = room ?? (await make(tx, id, text, user.id))
    if ('reason' in entered) return err(entered)
    if (entered.mode === 'sfu' && !capabilities.has('sfu')) return err({ reason: RefusalReason.sfuNeeded })
    const at = clock.monotonicMs()
    const joined = await advanceRoom(tx, entered, { kind: 'join', user, session, nickname, invite, at })
    if (!joined.ok) return joined
    const view = viewRoom(joined.value.room, user.id)
    return ok([{ kind: 'answer-room-joined', session, view }, ...joined.value.effects])
  }

  async function make(
    tx: Tx,
    id: Room['id'],
    text: string,
    owner: Room['owner'],
  ): Promise<Room | { readonly reason: RefusalReason }> {
    if (rules.create === 'nobody') return { reason: RefusalReason.roomNotFound }
    if ((await tx.rooms.count()) >= rules.maxRooms) return { reason: RefusalReason.roomLimit }
    const { maxMembers, mode } = rules
    const room = { id, name: text, maxMembers, inviteOnly: false, mode }
    return emptyRoom(room, owner, ids.roomLife())
  }
}
