import type { Ask, Unsubscribe } from '../ask.ts'
import type { Asker } from '../client/asker.ts'
import { Emitter } from '../emitter.ts'
import type { Request } from '../link/requests.ts'
import type { ServerMessage, ServerPayloads } from '../wire/server-messages.ts'
import type { User } from './person.ts'
import type { UserPage, UserQuery, Users } from './users.ts'

/** More are not kept: `search` finds them. */
const MAX_USERS = 10_000

type List = ServerPayloads['USER_LIST_RESPONSE']
type Listed = ServerPayloads['USER_STATE_UPDATE']

/** The list of users, and every change of it in the order in which they arrive. */
export class LiveUsers implements Users {
  readonly #asker: Asker
  readonly #request: (request: Request) => void
  readonly #emitter = new Emitter<{ change: readonly User[] }>()
  #byId = new Map<string, User>()

  /** `request`: asks for what nobody waits for. */
  constructor(asker: Asker, request: (request: Request) => void) {
    this.#asker = asker
    this.#request = request
  }

  get size(): number {
    return this.#byId.size
  }

  get(id: string): User | undefined {
    return this.#byId.get(id)
  }

  named(username: string): User | undefined {
    for (const user of this) if (user.username === username) return user
    return undefined
  }

  [Symbol.iterator](): IterableIterator<User> {
    return this.#byId.values()
  }

  on(event: 'change', listener: (users: readonly User[]) => void): Unsubscribe {
    return this.#emitter.on(event, listener)
  }

  search({ startsWith, state, limit }: UserQuery, options?: Ask): Promise<UserPage> {
    const payload = {
      ...(limit !== undefined && { limit }),
      ...(startsWith !== undefined && { query: startsWith }),
      ...(state !== undefined && { state }),
    }
    const question = {
      what: 'the list of users',
      message: { type: 'USER_LIST_REQUEST' as const, payload },
      answers: ['USER_LIST_RESPONSE' as const],
      repeats: true,
      read: (answer: ServerMessage) => {
        const page: List = answer.type === 'USER_LIST_RESPONSE' ? answer.payload : { users: [] }
        return { users: page.users.map(userOf), more: page.truncated === true }
      },
    }
    return this.#asker.ask(question, options)
  }

  /** Reads the whole list, as much of it as is kept. `done` is told when its beginning is there, or cannot be had. */
  load(done: () => void): void {
    this.#page(undefined, done)
  }

  /** The list as it is now, or its beginning: it comes unasked after a resumption. */
  replace(list: List): void {
    const former = this.#byId
    this.#byId = new Map(list.users.map((user) => [user.user_id, userOf(user)]))
    const changed = [...this].filter(({ id, state }) => former.get(id)?.state !== state)
    const gone = [...former.values()].filter(({ id }) => !this.#byId.has(id))
    this.#tell([...changed, ...gone.map((user): User => ({ ...user, state: 'Disconnected' }))])
    this.#goOn(list)
  }

  update(listed: Listed): void {
    this.#set([userOf(listed)])
  }

  clear(): void {
    this.#byId = new Map()
  }

  #page(cursor: string | undefined, done: () => void): void {
    this.#request({
      message: { type: 'USER_LIST_REQUEST', payload: cursor === undefined ? {} : { cursor } },
      answers: ['USER_LIST_RESPONSE'],
      done: (answer) => {
        if ('type' in answer && answer.type === 'USER_LIST_RESPONSE') {
          if (cursor === undefined) {
            this.replace(answer.payload)
          } else {
            this.#set(answer.payload.users.map(userOf))
            this.#goOn(answer.payload)
          }
        }
        done()
      },
    })
  }

  #goOn({ next_cursor }: List): void {
    if (next_cursor !== undefined && this.size < MAX_USERS) this.#page(next_cursor, () => undefined)
  }

  #set(users: readonly User[]): void {
    const changed: User[] = []
    for (const user of users) {
      const former = this.#byId.get(user.id)
      if (former?.state === user.state && former.username === user.username) continue
      if (former === undefined && !this.#makeRoom(user)) continue
      this.#byId.set(user.id, user)
      changed.push(user)
    }
    this.#tell(changed)
  }

  /** Who is here goes before who is not. */
  #makeRoom({ state }: User): boolean {
    if (this.size < MAX_USERS) return true
    if (state === 'Disconnected') return false
    for (const [id, user] of this.#byId) {
      if (user.state !== 'Disconnected') continue
      this.#byId.delete(id)
      return true
    }
    return false
  }

  #tell(changed: readonly User[]): void {
    if (changed.length > 0) this.#emitter.emit('change', changed)
  }
}

function userOf({ user_id: id, username, state }: Listed): User {
  return { id, username, state }
}
