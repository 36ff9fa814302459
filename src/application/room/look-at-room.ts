import type { UserId } from '../../domain/ids.ts'
import { type Refusal, RefusalReason } from '../../domain/refusal.ts'
import { err, type Result } from '../../domain/result.ts'
import type { Room } from '../../domain/room.ts'
import type { Clock } from '../ports/system/clock.ts'
import type { Tx } from '../ports/transaction.ts'
import { existingRoom } from './find-room.ts'
import { maySeeRoom } from './may-see-room.ts'
import type { RoomRules } from './room-rules.ts'

interface Deps {
  readonly clock: Clock
  readonly roomRules: RoomRules
}

/** `viewer`: undefined for the administrator, who sees all. */
export type LookAtRoom = (tx: Tx, viewer: UserId | undefined, room: string) => Promise<Result<Room, Refusal>>

/** A room as it is, for who need not be in it. One that it may not see is not there. */
export function makeLookAtRoom({ clock, roomRules }: Deps): LookAtRoom {
  return async (tx, viewer, text) => {
    const found = await existingRoom(tx, roomRules, text)
    if (!found.ok || maySeeRoom(found.value, viewer, clock.monotonicMs())) return found
    return err({ reason: RefusalReason.roomNotFound })
  }
}
