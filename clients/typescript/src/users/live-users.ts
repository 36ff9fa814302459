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
  /** Of the list only so many users are read, where a part of the client says so. */
  first: { readonly limit?: number } = {}
  #byId = new Map<string, User>()
  /** Of those known before, who was in no page yet of the list that is being read. */
  readonly #unseen = new Set<string>()

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
    this.#unseen.clear()
    for (const user of former.values()) {
      if (this.#byId.has(user.id)) continue
      this.#byId.set(user.id, user)
      this.#unseen.add(user.id)
    }
    this.#tell(changed)
    this.#goOn(list)
  }

  update(listed: Listed): void {
    this.#set([userOf(listed)])
  }

  clear(): void {
    this.#byId = new Map()
    this.#unseen.clear()
  }

  #page(cursor: string | undefined, done: () => void): void {
    this.#request({
      message: {
        type: 'USER_LIST_REQUEST',
        payload: { ...(cursor !== undefined && { cursor }), ...this.first },
      },
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
    if (next_cursor !== undefined && this.#hasRoom && this.first.limit === undefined)
      this.#page(next_cursor, () => undefined)
    else this.#dropUnseen()
  }

  get #hasRoom(): boolean {
    return this.size - this.#unseen.size < MAX_USERS
  }

  #dropUnseen(): void {
    const gone = [...this].filter(({ id }) => this.#unseen.has(id))
    this.#unseen.clear()
    for (const { id } of gone) this.#byId.delete(id)
    this.#tell(gone.map((user): User => ({ ...user, state: 'Disconnected' })))
  }

  #set(users: readonly User[]): void {
    const changed: User[] = []
    for (const user of users) {
      this.#unseen.delete(user.id)
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
    if (this.#hasRoom) return true
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
