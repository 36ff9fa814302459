import type { RoomId } from '../../domain/ids.ts'
import { type Refusal, RefusalReason } from '../../domain/refusal.ts'
import { err, ok, type Result } from '../../domain/result.ts'
import type { Room } from '../../domain/room.ts'
import type { Tx } from '../ports/transaction.ts'
import { type PermanentRoom, type RoomRules, wholeRoomId } from './room-rules.ts'

/** The room that a client means, and its id where there is none: a permanent one is there also where the store does not know it. */
export async function findRoom(
  { rooms }: Tx,
  { label, permanent }: Pick<RoomRules, 'label' | 'permanent'>,
  text: string,
): Promise<Result<{ readonly id: RoomId; readonly room: Room | undefined }, Refusal>> {
  const id = wholeRoomId(label, text)
  if (id === undefined) return err({ reason: RefusalReason.invalidRoomId })
  const fixed = permanent.get(id)
  return ok({ id, room: (await rooms.find(id)) ?? (fixed && emptyRoom(fixed, undefined)) })
}

/** The same where it must be there. */
export async function existingRoom(
  tx: Tx,
  rules: Pick<RoomRules, 'label' | 'permanent'>,
  text: string,
): Promise<Result<Room, Refusal>> {
  const found = await findRoom(tx, rules, text)
  if (!found.ok) return found
  const { room } = found.value
  return room === undefined ? err({ reason: RefusalReason.roomNotFound }) : ok(room)
}

export function emptyRoom(room: PermanentRoom, owner: Room['owner'], life?: string): Room {
  return { ...room, owner, life, members: [], invites: [], emptySince: undefined }
}

/** A permanent room as it is when nobody is in it, or invited; of any other there is nothing then. */
export type RoomAtRest = (id: RoomId) => Room | undefined

export function makeRoomAtRest({
  roomRules,
}: {
  readonly roomRules: Pick<RoomRules, 'permanent'>
}): RoomAtRest {
  return (id) => {
    const fixed = roomRules.permanent.get(id)
    return fixed && emptyRoom(fixed, undefined)
  }
}
