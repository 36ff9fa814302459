import type { ClientMessage } from '../protocol/message-table.ts'

/** The oldest go first. */
const MAX_KEPT = 1000

/**
 * The messages of calls that were sent or are to be, as long as they may have to be sent again. Positions count them
 * from 0.
 */
export class SentLog {
  readonly #kept: ClientMessage[] = []
  #first = 0

  /** That of the next message. */
  get position(): number {
    return this.#first + this.#kept.length
  }

  add(message: ClientMessage): void {
    this.#kept.push(message)
    if (this.#kept.length > MAX_KEPT) this.forget(this.#first + 1)
  }

  /** Those before the position have arrived. */
  forget(position: number): void {
    const gone = Math.max(0, Math.min(position, this.position) - this.#first)
    this.#kept.splice(0, gone)
    this.#first += gone
  }

  /** All from the position on; undefined if some of them are not kept any more. */
  since(position: number): readonly ClientMessage[] | undefined {
    return position < this.#first ? undefined : this.#kept.slice(position - this.#first)
  }
}
