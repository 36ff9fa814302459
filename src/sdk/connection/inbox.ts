import type { ServerMessage } from '../../protocol/message-table.ts'
import type { ClientError } from '../client-error.ts'
import { Waiters, type Wanted } from './waiters.ts'

/** Messages nobody has asked for yet that are kept; the oldest go first. */
const MAX_KEPT = 1000

/** What has arrived and not been asked for, and those who wait for what has not arrived. */
export class Inbox {
  readonly #kept: ServerMessage[] = []
  readonly #waiters: Waiters<ServerMessage>
  #ended: ClientError | undefined

  constructor(timeoutMs: number) {
    this.#waiters = new Waiters(timeoutMs)
  }

  put(message: ServerMessage): void {
    if (this.#waiters.offer(message)) return
    this.#kept.push(message)
    if (this.#kept.length > MAX_KEPT) this.#kept.shift()
  }

  /** The first that is wanted, of those that are there or come in time; `what` names it in an error. */
  take<T>(what: string, wanted: Wanted<ServerMessage, T>): Promise<T> {
    for (const [index, message] of this.#kept.entries()) {
      const found = wanted(message)
      if (found === undefined) continue
      this.#kept.splice(index, 1)
      return Promise.resolve(found)
    }
    if (this.#ended !== undefined) return Promise.reject(this.#ended)
    return this.#waiters.wait(what, wanted, () => `; ${this.#unread()}`)
  }

  /** Whoever waits, now or later, is told; what is here can still be taken. The first reason counts. */
  end(reason: ClientError): void {
    this.#ended ??= reason
    this.#waiters.fail(this.#ended)
  }

  #unread(): string {
    if (this.#kept.length === 0) return 'nothing is unread'
    const told = this.#kept
      .slice(-5)
      .map(({ type, payload }) => (type === 'ERROR' ? `ERROR ${payload.reason}` : type))
    return `unread, at last: ${told.join(', ')}`
  }
}
