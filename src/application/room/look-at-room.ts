import { type Refusal, RefusalReason } from '../../domain/refusal.ts'
import { err, ok, type Result } from '../../domain/result.ts'
import type { Room } from '../../domain/room.ts'
import type { Tx } from '../ports/transaction.ts'
import { findRoom } from './find-room.ts'
import type { RoomRules } from './room-rules.ts'

export type LookAtRoom = (tx: Tx, room: string) => Promise<Result<Room, Refusal>>

/** A room as it is, for who need not be in it. */
export function makeLookAtRoom({ roomRules }: { readonly roomRules: RoomRules }): LookAtRoom {
  return async (tx, text) => {
    const found = await findRoom(tx, roomRules, text)
    if (!found.ok) return found
    const { room } = found.value
    return room === undefined ? err({ reason: RefusalReason.roomNotFound }) : ok(room)
  }
}
