import type { Message } from '../wire/message.ts'

/** The oldest go first. */
const MAX_KEPT = 1000

/** The messages of calls of a session that may have to be sent again. Positions count them from 0, as the server does. */
export class SentLog {
  #kept: Message[] = []
  #first = 0

  /** That of the next message. */
  get position(): number {
    return this.#first + this.#kept.length
  }

  /** How many may not have arrived. */
  get size(): number {
    return this.#kept.length
  }

  add(message: Message): void {
    this.#kept.push(message)
    if (this.#kept.length > MAX_KEPT) this.arrived(this.#first + 1)
  }

  /** Those before the position have arrived. */
  arrived(position: number): void {
    const gone = Math.max(0, Math.min(position, this.position) - this.#first)
    this.#kept = this.#kept.slice(gone)
    this.#first += gone
  }

  /** All from the position on; undefined if some of them are not kept any more, or were never sent. */
  since(position: number): readonly Message[] | undefined {
    if (position < this.#first || position > this.position) return undefined
    return this.#kept.slice(position - this.#first)
  }
}
