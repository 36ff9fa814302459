import { T } from '../../../wire/wire.ts'
import { memberIn, resumedIn, roomIn, roomsIn } from '../fields.ts'
import { isMessage, type Message, textOf } from '../history.ts'
import type { Complain, Rule } from './rule.ts'
import type { Timeline, Timelines } from './timelines.ts'

interface Room {
  readonly id: string
  /** The others, by their ids. */
  readonly members: Set<string>
}

export interface RoomsRule extends Rule {
  isInRoom(client: string): boolean
}

/** At the end all members of a room know of the same members, and all lists, and RESUMED, of the same rooms. */
export function checkRooms(complain: Complain): RoomsRule {
  const rooms = new Map<string, { readonly timeline: Timeline; room: Room | undefined }>()
  const lists = new Map<string, string>()
  let isSettled = false

  return {
    take(entry, timelines) {
      if (entry.what === 'settled') isSettled = true
      if (!isMessage(entry) || entry.what === 'sent') return
      const timeline = timelines.of(entry.client)
      if (timeline === undefined) return
      if (rooms.get(entry.client)?.timeline !== timeline)
        rooms.set(entry.client, { timeline, room: undefined })
      got(entry)
    },

    finish(timelines) {
      const members = new Map<string, Set<string>>()
      for (const client of timelines.present) {
        const room = roomOf(client)
        if (room !== undefined) members.set(room.id, new Set([...(members.get(room.id) ?? []), client]))
      }
      for (const [id, all] of members) for (const client of all) checkMembers(client, id, all, timelines)
      const expected = listed([...members].map(([id, all]) => [id, all.size]))
      for (const [client, list] of lists)
        if (list !== expected) complain(`room list: ${client} sees ${list}, in the rooms are ${expected}`)
    },

    isInRoom: (client) => roomOf(client) !== undefined,
  }

  function roomOf(client: string): Room | undefined {
    return rooms.get(client)?.room
  }

  function got(message: Message): void {
    const own = rooms.get(message.client)
    if (own === undefined) return
    switch (message.type) {
      case T.ROOM_JOINED:
        own.room = roomIn(message.payload)
        break
      case T.ROOM_LEFT:
        if (own.room?.id === message.payload['room_id']) own.room = undefined
        break
      case T.ROOM_MEMBER: {
        const user = memberIn(message.payload)
        const { room } = own
        if (room === undefined || room.id !== message.payload['room_id']) break
        if (textOf(message, 'event') === 'left') room.members.delete(user)
        else room.members.add(user)
        break
      }
      case T.ROOM_LIST: {
        const list = roomsIn(message.payload)
        if (isSettled) lists.set(message.client, listed(list.map((room) => [room.room_id, room.members])))
        break
      }
      case T.RESUMED: {
        if (!isSettled) break
        const said = described(resumedIn(message.payload).room)
        if (said !== described(own.room))
          complain(`room: ${message.client} is in ${described(own.room)}, the server says ${said}`)
        break
      }
      default:
    }
  }

  function checkMembers(client: string, id: string, all: ReadonlySet<string>, timelines: Timelines): void {
    const known = [...(roomOf(client)?.members ?? [])].map((user) => timelines.nameOf(user))
    const others = [...all].filter((other) => other !== client)
    if (known.toSorted().join() !== others.toSorted().join())
      complain(
        `room: ${client} sees ${known.toSorted().join()} in ${id}, there are ${others.toSorted().join()}`,
      )
  }
}

function described(room: Room | undefined): string {
  return room === undefined ? 'none' : `${room.id} with ${[...room.members].toSorted().join()}`
}

function listed(rooms: readonly (readonly [id: string, members: number])[]): string {
  return rooms
    .map(([id, members]) => `${id}:${members}`)
    .toSorted()
    .join()
}
