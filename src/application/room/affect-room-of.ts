import type { SessionId, UserId } from '../../domain/ids.ts'
import type { Effect } from '../effect.ts'
import type { Clock } from '../ports/system/clock.ts'
import type { Tx } from '../ports/transaction.ts'
import type { AdvanceRoom } from './advance-room.ts'
import { roomOfSession } from './room-of-session.ts'

interface Deps {
  readonly clock: Clock
  readonly advanceRoom: AdvanceRoom
}

/** What happens to a session befalls the room that it is in, if there is one (ROOM-6, ROOM-7). */
export type AffectRoomOf = (
  tx: Tx,
  who: { readonly user: UserId; readonly session: SessionId },
  kind: 'lose' | 'return' | 'end_session',
) => Promise<readonly Effect[]>

export function makeAffectRoomOf({ clock, advanceRoom }: Deps): AffectRoomOf {
  return async (tx, who, kind) => {
    const room = await roomOfSession(tx, who)
    if (room === undefined) return []
    const outcome = await advanceRoom(tx, room, { kind, by: who.user, at: clock.monotonicMs() })
    return outcome.ok ? outcome.value.effects : []
  }
}
