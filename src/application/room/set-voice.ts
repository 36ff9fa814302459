import type { Clock } from '../ports/system/clock.ts'
import type { Effect } from '../effect.ts'
import type { Seat } from '../ports/sfu.ts'
import type { Tx } from '../ports/transaction.ts'
import type { AdvanceRoom } from './advance-room.ts'

interface Deps {
  readonly clock: Clock
  readonly advanceRoom: AdvanceRoom
}

/** `stream`: the connection by which the member's media arrive at the SFU; undefined where none do. */
export type SetVoice = (tx: Tx, seat: Seat, stream: string | undefined) => Promise<readonly Effect[]>

/** The others see who can be heard and seen (SFU-12). */
export function makeSetVoice({ clock, advanceRoom }: Deps): SetVoice {
  return async (tx, { room: id, user, session }, stream) => {
    const room = await tx.rooms.find(id)
    const member = room?.members.find((one) => one.session === session)
    if (room === undefined || member?.voice === undefined || member.voice.stream === stream) return []
    const outcome = await advanceRoom(tx, room, { kind: 'voice', by: user, stream, at: clock.monotonicMs() })
    return outcome.ok ? outcome.value.effects : []
  }
}
