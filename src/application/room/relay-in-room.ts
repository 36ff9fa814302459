import type { RoomId, UserId } from '../../domain/ids.ts'
import { RefusalReason } from '../../domain/refusal.ts'
import { err, ok } from '../../domain/result.ts'
import type { User } from '../../domain/user.ts'
import type { Outcome } from '../effect.ts'
import type { Signal } from '../signaling/signal.ts'

/** The room of a session, as relaying sees it: no store is touched. */
export interface RoomLink {
  readonly id: RoomId
  /**
   * The member's own id if it is there; `full`: it has lost its connection, and a signal of that size would be more than
   * what may wait for it. `bytes`: about.
   */
  addressee(
    to: string,
    signal: { readonly from: UserId; readonly bytes: number },
  ): UserId | 'full' | undefined
}

/** Passes a signal to another member of the sender's room (ROOM-8). */
export function relayInRoom(
  sender: { readonly user: User; readonly room: RoomLink },
  input: { readonly to: string; readonly signal: Signal },
): Outcome {
  const { user, room } = sender
  const { signal } = input
  const bytes = signal.kind === 'candidate' ? signal.candidate.length : signal.sdp.length
  const to = room.addressee(input.to, { from: user.id, bytes })
  if (to === undefined || to === user.id) return err({ reason: RefusalReason.notRoomMember })
  if (to === 'full') {
    const detail = 'The member has lost its connection, and enough waits for it; try again when it is back'
    return err({ reason: RefusalReason.roomLimit, detail })
  }
  return ok([{ kind: 'relay', to, from: user.id, call: room.id, signal }])
}
