import type { House } from './house.ts'
import { Returner } from './returner.ts'
import { type Received, T } from '../wire/wire.ts'

export const ROOM_CAPABILITIES = ['resume', 'call_control', 'rooms']

/** Who sends the offer between two members. */
type Offerer = 'me' | 'other'

/** A member of rooms as a client author would write it from docs/protocol/rooms.md; it can lose its connection. */
export class Roommate extends Returner {
  /** The others in the room, by user id. */
  readonly others = new Map<string, Offerer>()
  room: string | undefined

  static async enter(house: () => House, name: string): Promise<Roommate> {
    return new Roommate(house, await house().logIn(name, ROOM_CAPABILITIES), name)
  }

  protected override handle({ type, payload }: Received): void {
    switch (type) {
      case T.ROOM_JOINED:
        this.forget()
        this.room = String(payload['room_id'])
        for (const id of membersOf(payload)) this.others.set(id, 'me')
        break
      case T.ROOM_LEFT:
        this.forget()
        break
      case T.ROOM_MEMBER: {
        const id = memberOf(payload['member'])
        if (payload['event'] === 'left') this.others.delete(id)
        else if (payload['event'] === 'joined') this.others.set(id, 'other')
        else if (!this.others.has(id)) throw new Error(`${this.name}: news of a stranger`)
        break
      }
    }
  }

  protected override forget(): void {
    this.others.clear()
    this.room = undefined
  }

  protected override compare({ room }: Received['payload']): void {
    const told = isObject(room) ? [String(room['room_id']), membersOf(room).toSorted()] : [undefined, []]
    const own = [this.room, [...this.others.keys()].toSorted()]
    if (JSON.stringify(told) !== JSON.stringify(own))
      throw new Error(`${this.name} believes ${JSON.stringify(own)}, and is told ${JSON.stringify(told)}`)
  }
}

function membersOf(room: Readonly<Record<string, unknown>>): string[] {
  const { members } = room
  return Array.isArray(members) ? members.map(memberOf) : []
}

function memberOf(member: unknown): string {
  return isObject(member) ? String(member['user_id']) : ''
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
