import { parseUserId } from '../../domain/ids.ts'
import { RefusalReason } from '../../domain/refusal.ts'
import { err, ok } from '../../domain/result.ts'
import { type MediaKind, type MemberChange, memberOf } from '../../domain/room.ts'
import type { Outcome } from '../effect.ts'
import type { SessionRecord } from '../ports/sessions.ts'
import type { Clock } from '../ports/system/clock.ts'
import type { Tx } from '../ports/transaction.ts'
import type { AdvanceRoom } from './advance-room.ts'
import { existingRoom } from './find-room.ts'
import type { RoomRules } from './room-rules.ts'
import { NO_SFU } from './signal-to-sfu.ts'

interface Deps {
  readonly clock: Clock
  readonly roomRules: RoomRules
  readonly advanceRoom: AdvanceRoom
}

type RoomAct =
  | { readonly kind: 'leave' | 'close' }
  | { readonly kind: 'update'; readonly change: MemberChange }
  | { readonly kind: 'remove'; readonly member: string }
  | { readonly kind: 'mute'; readonly member: string; readonly media: MediaKind; readonly on: boolean }

/** `by`: undefined for the administrator. */
export type ActInRoom = (
  tx: Tx,
  by: SessionRecord | undefined,
  room: string,
  act: RoomAct,
) => Promise<Outcome>

/** ROOM_LEAVE, ROOM_UPDATE, ROOM_REMOVE and ROOM_CLOSE: the table of rooms says who may do what. */
export function makeActInRoom({ clock, roomRules: rules, advanceRoom }: Deps): ActInRoom {
  return async (tx, session, text, act) => {
    const found = await existingRoom(tx, rules, text)
    if (!found.ok) return found
    const { value: room } = found
    const [by, at] = [session?.user.id, clock.monotonicMs()]
    if (act.kind === 'close') return advanced({ kind: 'close', by, at })
    if (act.kind === 'remove' || act.kind === 'mute') {
      const member = parseUserId(act.member)
      if (member === undefined) return err({ reason: RefusalReason.notRoomMember })
      if (act.kind === 'remove') return advanced({ kind: 'remove', by, member, at })
      // From member to member nobody but these could stop them.
      if (room.mode !== 'sfu') return err({ reason: RefusalReason.sfuRefused, detail: NO_SFU })
      return advanced({ kind: 'mute', by, member, media: act.media, on: act.on, at })
    }
    if (session === undefined || by === undefined) throw new Error('an administrator is in no room')
    // A stay is a session's: the user's other devices have no part in it (DEV-7).
    if (memberOf(room, by)?.session !== session.id) return err({ reason: RefusalReason.notRoomMember })
    if (act.kind === 'update') return advanced({ kind: 'update', by, change: act.change, at })
    return advanced({ kind: act.kind, by, at })

    async function advanced(event: Parameters<AdvanceRoom>[2]): Promise<Outcome> {
      const outcome = await advanceRoom(tx, room, event)
      return outcome.ok ? ok(outcome.value.effects) : outcome
    }
  }
}
