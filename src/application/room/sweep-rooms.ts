import { isOver } from '../../domain/room.ts'
import type { Effect } from '../effect.ts'
import type { Tx } from '../ports/transaction.ts'

/** `now` in monotonic milliseconds. */
export type SweepRooms = (tx: Tx, now: number) => Promise<readonly Effect[]>

/** Ends the rooms that have been empty for long enough (ROOM-3). */
export function makeSweepRooms({ cleanupDelayMs }: { readonly cleanupDelayMs: number }): SweepRooms {
  return async (tx, now) => {
    const effects: Effect[] = []
    for (const room of await tx.rooms.empty()) {
      if (!isOver(room, { at: now, delayMs: cleanupDelayMs })) continue
      await tx.rooms.remove(room.id)
      effects.push({ kind: 'room-ended', room: room.id, life: room.life })
    }
    return effects
  }
}
