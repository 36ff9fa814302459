import type { RoomEffect } from '../../application/room/room-effect.ts'
import type { RoomId } from '../../domain/ids.ts'
import type { Member, Room } from '../../domain/room.ts'
import { encodeMessage } from '../../protocol/codec/encode-message.ts'
import type { Endpoint } from '../conversation/endpoint.ts'
import type { Registry } from '../registry.ts'
import type { KeptRooms } from '../resumption/kept-rooms.ts'
import { owedOf } from '../resumption/owed-of.ts'
import type { SfuSeats } from '../sfu/sfu-seats.ts'
import { inSfuRoom } from './in-sfu-room.ts'
import { InRoom, LinkedRoom } from './linked-room.ts'
import type { Feeds } from '../presence/feeds.ts'
import { presentRoom, presentRoomList, presentRoomNews } from './present/present-room.ts'

interface Deps {
  readonly registry: Registry
  /** Absent where no room outlives the process. */
  readonly kept: KeptRooms | undefined
  readonly feeds: Pick<Feeds, 'rooms' | 'members'>
  /** Undefined where no room has an SFU. */
  readonly seats: SfuSeats | undefined
}

/** `by`: who asked; nobody did where something came of itself. */
export type DeliverRoom = (
  effect: RoomEffect,
  asked?: { readonly by: Endpoint; readonly requestId: string | undefined },
) => void

/** Carries out what is about rooms, and writes into the members' sessions what relaying needs to know. */
export function makeDeliverRoom({ registry, kept, feeds, seats }: Deps): DeliverRoom {
  const rooms = new Map<RoomId, LinkedRoom>()

  return (effect, asked) => {
    switch (effect.kind) {
      case 'room-entered':
        kept?.putMember(effect.room, effect.member)
        enter(effect.room, effect.member)
        feeds.rooms.changed(effect.room)
        break
      case 'room-member-changed':
        kept?.putMember(effect.room, effect.member)
        seats?.changed(effect.room.id, effect.member)
        break
      case 'room-left':
        kept?.dropMember(effect.room, effect.member)
        // What has become of the room follows.
        leave(effect.room, effect.member)
        break
      case 'room-changed':
        kept?.put(effect.room)
        feeds.rooms.changed(effect.room)
        break
      case 'room-ended':
        kept?.drop(effect.room)
        feeds.rooms.ended(effect.room)
        break
      case 'answer-room-joined': {
        const session = registry.get(effect.session)
        session?.send({ type: 'ROOM_JOINED', payload: presentRoom(effect.view) }, asked?.requestId, session)
        break
      }
      case 'answer-room-list':
        asked?.by.answerAtCost(
          encodeMessage(presentRoomList(effect.rooms, effect.nextCursor), { requestId: asked.requestId }),
        )
        break
      case 'room-news':
        tellOthers(effect)
        break
      case 'room-goodbye':
      case 'room-muted':
        registry.get(effect.session)?.send(presentRoomNews(effect))
        break
      case 'room-invitation':
        for (const session of registry.ofUser(effect.to))
          if (session.capabilities.has('rooms')) session.send(presentRoomNews(effect))
        break
      default:
        effect satisfies never
    }
  }

  function enter(entered: Room, { session: name }: Member): void {
    const { id, mode } = entered
    const session = registry.get(name)
    if (session === undefined) return
    const room = rooms.get(id) ?? new LinkedRoom(id)
    rooms.set(id, room)
    room.add(session)
    session.room = mode === 'sfu' ? inSfuRoom(room, session) : new InRoom(room, session)
    if (mode === 'sfu') seats?.entered(session, entered)
  }

  function leave({ id }: Room, member: Member): void {
    const { session: name, user } = member
    const room = rooms.get(id)
    room?.remove(user.id)
    if (room?.size === 0) rooms.delete(id)
    const session = registry.get(name)
    if (session !== undefined) session.room = undefined
    seats?.memberLeft(id, member)
  }

  /** Written once, however many they are: only the numbers differ. */
  function tellOthers(news: Extract<RoomEffect, { kind: 'room-news' }>): void {
    const room = rooms.get(news.room)
    if (room === undefined) return
    const message = presentRoomNews(news)
    const owed = owedOf(message)
    const waits = feeds.members.gathers(room)
    let frame: Buffer | undefined
    for (const session of room.sessions) {
      if (session.id === news.member.session) continue
      session.tell(owed, () => (frame ??= encodeMessage(message)), waits)
    }
  }
}
