import type { House, HouseClient } from './house.ts'
import { Returner } from './returner.ts'
import { type Received, T } from '../wire/wire.ts'

export const WATCH_CAPABILITIES = ['resume', 'call_control', 'rooms', 'watch']

/** What it asked to be told of. */
export interface Wanted {
  readonly users: 'everybody' | readonly string[]
  readonly rooms: readonly string[]
}

/** As a client author would write it from docs/protocol/watch.md: it believes what it is told, and bears with no news of others. */
export class Watcher extends Returner {
  readonly states = new Map<string, string>()
  readonly members = new Map<string, number>()
  wanted: Wanted = { users: 'everybody', rooms: [] }
  isAway = false

  static async enter(house: () => House, name: string): Promise<Watcher> {
    return new Watcher(house, await house().logIn(name, WATCH_CAPABILITIES), name)
  }

  /** What came before it was asked is of what was watched before. */
  async watch(wanted: Wanted): Promise<void> {
    this.read()
    const { users, rooms: room_ids } = wanted
    await this.client.send(
      T.WATCH,
      users === 'everybody' ? { all: true, room_ids } : { user_ids: users, room_ids },
    )
    this.wanted = wanted
    this.read()
  }

  protected override handle({ type, payload }: Received): void {
    if (type === T.WATCHED) this.#watched(payload)
    else if (type === T.USER_LIST_RESPONSE) {
      for (const user of listIn(payload, 'users'))
        this.states.set(String(user['user_id']), String(user['state']))
    } else if (type === T.USER_STATE_UPDATE) {
      const id = String(payload['user_id'])
      if (this.wanted.users !== 'everybody' && !this.wanted.users.includes(id)) this.#complain('a stranger')
      if (id === this.userId) this.#complain('itself')
      this.states.set(id, String(payload['state']))
    } else if (type === T.WATCHED_ROOM) {
      const id = String(payload['room_id'])
      if (!this.wanted.rooms.includes(id)) this.#complain('a room that it does not watch')
      this.members.set(id, Number(payload['members']))
    }
  }

  protected override forget(): void {
    this.states.clear()
    this.members.clear()
    this.wanted = { users: 'everybody', rooms: [] }
  }

  protected override compare(): void {
    // RESUMED says nothing of others.
  }

  #watched(payload: Received['payload']): void {
    const [users, rooms] = [listIn(payload, 'users'), listIn(payload, 'rooms')]
    const { wanted } = this
    const asked = wanted.users === 'everybody' ? [] : wanted.users
    if (payload['all'] !== (wanted.users === 'everybody')) this.#complain('what it has not asked for')
    if (JSON.stringify(users.map((user) => user['user_id'])) !== JSON.stringify(asked))
      this.#complain('others')
    if (JSON.stringify(rooms.map((room) => room['room_id'])) !== JSON.stringify(wanted.rooms))
      this.#complain('other rooms')
    if (wanted.users !== 'everybody') this.states.clear()
    this.members.clear()
    for (const user of users) this.states.set(String(user['user_id']), String(user['state']))
    for (const room of rooms) this.members.set(String(room['room_id']), Number(room['members']))
  }

  #complain(what: string): void {
    throw new Error(`${this.name} is told of ${what}`)
  }
}

function listIn(payload: Received['payload'], name: string): readonly Readonly<Record<string, unknown>>[] {
  const list = payload[name]
  return Array.isArray(list) ? list : []
}

/** Those of its messages that tell of states. */
export function news(client: HouseClient): [number, Readonly<Record<string, unknown>>][] {
  const about: readonly number[] = [T.USER_STATE_UPDATE, T.WATCHED, T.WATCHED_ROOM]
  return client.seen().filter(([type]) => about.includes(type))
}
