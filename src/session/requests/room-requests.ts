import { relayInRoom } from '../../application/room/relay-in-room.ts'
import { wholeRoomId } from '../../application/room/room-rules.ts'
import type { Outcome } from '../../application/effect.ts'
import type { Work } from '../../application/ports/transaction.ts'
import type { UseCases } from '../../application/use-cases.ts'
import { err, ok, type Result } from '../../domain/result.ts'
import type { ClientMessage } from '../../protocol/message-table.ts'
import { MAX_LISTED_ROOMS } from '../../protocol/messages/room.ts'
import type { WireRefusal } from '../conversation/present-refusal.ts'
import type { RateLimits } from '../rates/rate-limits.ts'
import type { Session } from '../session.ts'
import { relayToSfu } from '../sfu/sfu-requests.ts'
import { readSignal, type SignalMessage } from './read-request.ts'

export type RoomMessage = Extract<ClientMessage, { type: `ROOM_${string}` | 'SFU_MUTE' }>

interface Deps {
  readonly useCases: UseCases
  readonly roomLabel: string
  readonly rates: Pick<RateLimits, 'act'>
  /** The daemon is about to stop: nobody enters a room any more. */
  readonly isDraining: () => boolean
}

/** From a message about a room to the use case that it asks for. */
export function makeRoomRequests({ useCases, roomLabel, rates, isDraining }: Deps) {
  return { joining, workOf, relay }

  /** The outcome of a signal in the sender's room; undefined where it is not about that. */
  function relay({ user, room }: Session, message: SignalMessage): Outcome | undefined {
    if (room === undefined) return undefined
    const { call, to, signal } = readSignal(message)
    if (wholeRoomId(roomLabel, call) !== room.room.id) return undefined
    if (room.seat !== undefined) return relayToSfu(room.seat, message)
    return relayInRoom({ user, room: room.room }, { to, signal })
  }

  /** Unless the user enters rooms too fast (RATE-10). */
  function joining(
    session: Session,
    message: Extract<ClientMessage, { type: 'ROOM_JOIN' }>,
    now: number,
  ): Result<Work, WireRefusal> {
    const refusal = rates.act('ROOM_JOIN', session.user.id, now)
    return refusal === undefined ? ok(workOf(session, message)) : err(refusal)
  }

  function workOf(session: Session, { type: kind, payload }: RoomMessage): Work {
    const { user } = session
    switch (kind) {
      case 'ROOM_JOIN': {
        const { room_id: room, nickname, invite } = payload
        return (tx) => useCases.joinRoom(tx, session, { room, nickname, invite, draining: isDraining() })
      }
      case 'ROOM_LEAVE':
        return (tx) => useCases.actInRoom(tx, session, payload.room_id, { kind: 'leave' })
      case 'ROOM_UPDATE': {
        const { nickname, audio_muted: audioMuted, video_muted: videoMuted } = payload
        const change = { nickname, audioMuted, videoMuted }
        return (tx) => useCases.actInRoom(tx, session, payload.room_id, { kind: 'update', change })
      }
      case 'ROOM_REMOVE': {
        const { room_id: room, user_id: member } = payload
        return (tx) => useCases.actInRoom(tx, session, room, { kind: 'remove', member })
      }
      case 'SFU_MUTE': {
        const { room_id: room, user_id: member, kind: media, muted: on } = payload
        return (tx) => useCases.actInRoom(tx, session, room, { kind: 'mute', member, media, on })
      }
      case 'ROOM_CLOSE':
        return (tx) => useCases.actInRoom(tx, session, payload.room_id, { kind: 'close' })
      case 'ROOM_INVITE':
        return (tx) => useCases.inviteToRoom(tx, session, payload.room_id, payload.to_user_id)
      case 'ROOM_LIST_REQUEST': {
        const { cursor: after, limit = MAX_LISTED_ROOMS } = payload
        return async (tx) =>
          ok([{ kind: 'answer-room-list', ...(await useCases.listRooms(tx, user.id, { after, limit })) }])
      }
    }
    kind satisfies never
  }
}
