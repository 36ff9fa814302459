import type { NamedMessage } from '../../../protocol/codec/named-message.ts'

/** Of more users the changes are merged by whoever sends them, until these have been taken. */
const MANY_USERS = 500

/**
 * What bears no number and is told a client that asks from time to time: the last state counts, so that of each user and of
 * each room and of each type one message is kept.
 */
export class News {
  readonly #users = new Map<unknown, NamedMessage>()
  readonly #rooms = new Map<unknown, NamedMessage>()
  readonly #others = new Map<string, NamedMessage>()

  get isCongested(): boolean {
    return this.#users.size >= MANY_USERS
  }

  get isEmpty(): boolean {
    return this.#users.size === 0 && this.#rooms.size === 0 && this.#others.size === 0
  }

  add(message: NamedMessage): void {
    switch (message.type) {
      // A connection's own affair: there is none.
      case 'HEARTBEAT':
        break
      case 'USER_STATE_UPDATE':
        this.#users.delete(message['user_id'])
        this.#users.set(message['user_id'], message)
        break
      case 'USER_LIST_RESPONSE':
        this.#users.clear()
        this.#others.set(message.type, message)
        break
      case 'WATCHED_ROOM':
        this.#rooms.set(message['room_id'], message)
        break
      case 'WATCHED':
        this.watched(message)
        this.#others.set(message.type, message)
        break
      default:
        this.#others.set(message.type, message)
    }
  }

  /** The client is sent the present states of all that it watches from now on. */
  watched(message: NamedMessage): void {
    if (message['all'] !== true) this.#users.clear()
    this.#rooms.clear()
  }

  /** All of it, once. */
  take(): NamedMessage[] {
    const taken = [...this.#others.values(), ...this.#users.values(), ...this.#rooms.values()]
    this.#others.clear()
    this.#users.clear()
    this.#rooms.clear()
    return taken
  }
}
