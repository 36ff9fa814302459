import type { House, HouseClient } from './house.ts'
import { resume } from './resuming.ts'
import { type Received, T } from '../wire/wire.ts'

export const ROOM_CAPABILITIES = ['resume', 'call_control', 'rooms']

/** Who sends the offer between two members. */
type Offerer = 'me' | 'other'

/** A member of rooms as a client author would write it from docs/protocol/rooms.md; it can lose its connection. */
export class Roommate {
  readonly name: string
  readonly userId: string
  client: HouseClient
  /** The others in the room, by user id. */
  readonly others = new Map<string, Offerer>()
  room: string | undefined
  #token: string
  #seq = 0
  readonly #house: () => House

  private constructor(house: () => House, name: string, client: HouseClient) {
    this.#house = house
    this.name = name
    this.client = client
    this.userId = client.userId
    this.#token = client.token
  }

  static async enter(house: () => House, name: string): Promise<Roommate> {
    return new Roommate(house, name, await house().logIn(name, ROOM_CAPABILITIES))
  }

  /** Handles what has come, and gives it. */
  read(): readonly Received[] {
    const received = this.client.take()
    for (const one of received) this.#handle(one)
    return received
  }

  /** Comes back, or begins anew where the session is over. */
  async comeBack(): Promise<'resumed' | 'anew'> {
    this.client = await resume(
      this.#house(),
      { session_token: this.#token, last_seq: this.#seq },
      ROOM_CAPABILITIES,
    )
    this.client.userId = this.userId
    const received = this.client.take()
    const [answer, ...rest] = received
    if (answer?.type !== T.RESUMED) {
      this.#seq = 0
      this.#forget()
      await this.client.send(T.LOGIN_REQUEST, { username: this.name, password_hash: 'pw' })
      const [response] = this.client.take(T.LOGIN_RESPONSE)
      this.#token = String(response?.payload['session_token'])
      return 'anew'
    }
    this.#token = String(answer.payload['session_token'])
    for (const one of rest) this.#handle(one)
    this.#compare(answer.payload['room'])
    return 'resumed'
  }

  #handle({ type, payload }: Received): void {
    if (typeof payload['seq'] === 'number') {
      if (payload['seq'] !== this.#seq + 1)
        throw new Error(`${this.name}: ${payload['seq']} after ${this.#seq}`)
      this.#seq = payload['seq']
    }
    switch (type) {
      case T.ROOM_JOINED:
        this.#forget()
        this.room = String(payload['room_id'])
        for (const id of membersOf(payload)) this.others.set(id, 'me')
        break
      case T.ROOM_LEFT:
        this.#forget()
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

  #forget(): void {
    this.others.clear()
    this.room = undefined
  }

  /** RESUMED tells the state after the last of the replayed messages. */
  #compare(room: unknown): void {
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
