import { ClientError } from './client-error.ts'
import type { Arrival } from './message-socket.ts'

/** What somebody waits for: gives it, if the arrival is it. */
type Wanted<T> = (arrival: Arrival) => T | undefined

interface Waiting {
  /** True if it was what is waited for. */
  readonly offer: (arrival: Arrival) => boolean
  readonly fail: (error: ClientError) => void
}

/** Messages nobody has asked for yet that are kept; the oldest go first. */
const MAX_KEPT = 1000

/** What has arrived and not been asked for, and those who wait for what has not arrived. */
export class Inbox {
  readonly #timeoutMs: number
  readonly #kept: Arrival[] = []
  readonly #waiting = new Set<Waiting>()
  #ended: ClientError | undefined

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs
  }

  put(arrival: Arrival): void {
    for (const waiting of this.#waiting) if (waiting.offer(arrival)) return
    // An answer that nobody waits for has come too late.
    if (arrival.requestId !== undefined) return
    this.#kept.push(arrival)
    if (this.#kept.length > MAX_KEPT) this.#kept.shift()
  }

  /** The first that is wanted, of those that are there or come in time; `what` names it in an error. */
  take<T>(what: string, wanted: Wanted<T>): Promise<T> {
    for (const [index, arrival] of this.#kept.entries()) {
      const found = wanted(arrival)
      if (found === undefined) continue
      this.#kept.splice(index, 1)
      return Promise.resolve(found)
    }
    return this.#ended === undefined ? this.#wait(what, wanted) : Promise.reject(this.#ended)
  }

  /** Whoever waits, now or later, is told; what is here can still be taken. The first reason counts. */
  end(reason: ClientError): void {
    this.#ended ??= reason
    for (const waiting of this.#waiting) waiting.fail(this.#ended)
  }

  #wait<T>(what: string, wanted: Wanted<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const done = () => {
        clearTimeout(timer)
        this.#waiting.delete(waiting)
      }
      const waiting: Waiting = {
        offer: (arrival) => {
          const found = wanted(arrival)
          if (found === undefined) return false
          done()
          resolve(found)
          return true
        },
        fail: (error) => {
          done()
          reject(error)
        },
      }
      const timer = setTimeout(() => {
        waiting.fail(new ClientError('timeout', `no ${what} within ${this.#timeoutMs} ms; ${this.#unread()}`))
      }, this.#timeoutMs)
      this.#waiting.add(waiting)
    })
  }

  #unread(): string {
    if (this.#kept.length === 0) return 'nothing is unread'
    const told = this.#kept
      .slice(-5)
      .map(({ message }) => (message.type === 'ERROR' ? `ERROR ${message.payload.reason}` : message.type))
    return `unread, at last: ${told.join(', ')}`
  }
}
