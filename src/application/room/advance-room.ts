import type { RefusalReason } from '../../domain/refusal.ts'
import { err, ok, type Result } from '../../domain/result.ts'
import { decideRoom, isOver, type Room, type RoomDecision, type RoomEvent } from '../../domain/room.ts'
import { UserState } from '../../domain/user-state.ts'
import type { Effect } from '../effect.ts'
import type { Tx } from '../ports/transaction.ts'
import { setState } from '../user/set-state.ts'

interface Deps {
  readonly cleanupDelayMs: number
}

type Decided = Result<
  { readonly room: Room; readonly effects: readonly Effect[] },
  { readonly reason: RefusalReason }
>

/** Lets an event befall a room, which its members and everybody else are told of. */
export type AdvanceRoom = (tx: Tx, room: Room, event: RoomEvent) => Promise<Decided>

export function makeAdvanceRoom({ cleanupDelayMs }: Deps): AdvanceRoom {
  return async (tx, before, event) => {
    const decided = decideRoom(before, event)
    if (!decided.ok) return err({ reason: decided.error })
    const { room } = decided.value
    const over = isOver(room, { at: event.at, delayMs: cleanupDelayMs })
    if (over) await tx.rooms.remove(room.id)
    else await tx.rooms.put(room)
    const effects = [...changes(decided.value, event, over), ...notices(decided.value, event)]
    if (event.kind === 'join') effects.push(...(await setState(tx, event.user, UserState.Busy)))
    for (const { member } of decided.value.leaving)
      effects.push(...(await setState(tx, member.user, UserState.Available)))
    return ok({ room, effects })
  }
}

function changes({ room, news, leaving }: RoomDecision, event: RoomEvent, over: boolean): Effect[] {
  if (news !== undefined && leaving.length === 0) {
    const kind = event.kind === 'join' ? 'room-entered' : 'room-member-changed'
    return [{ kind, room, member: news.member }]
  }
  return [
    ...leaving.map(({ member }): Effect => ({ kind: 'room-left', room, member })),
    over ? { kind: 'room-ended', room: room.id, life: room.life } : { kind: 'room-changed', room },
  ]
}

function notices({ room: { id: room }, news, leaving }: RoomDecision, event: RoomEvent): Effect[] {
  return [
    ...leaving
      .filter(({ isTold }) => isTold)
      .map(({ member, reason }): Effect => ({
        kind: 'room-goodbye',
        session: member.session,
        room,
        reason,
      })),
    ...(news === undefined
      ? []
      : [{ kind: 'room-news', room, ...news, reason: leaving[0]?.reason } as const]),
    ...(event.kind === 'mute' && news !== undefined
      ? [
          {
            kind: 'room-muted',
            session: news.member.session,
            room,
            media: event.media,
            on: event.on,
          } as const,
        ]
      : []),
  ]
}
