import type { Clock } from '../../application/ports/system/clock.ts'
import type { Log } from '../../application/ports/system/log.ts'

const PERIOD_MS = 60_000

/** Of more kinds only the sum is kept. */
const MAX_KINDS = 16
const OTHERS = 'others'

/** Counts by kind what comes too often to be logged one by one, and logs the sums once a minute, if there are any. */
export class Tally {
  readonly #message: string
  readonly #log: Log
  readonly #clock: Clock
  readonly #counts = new Map<string, number>()
  /** When the first of this minute came. */
  #since = 0

  constructor(message: string, { log, clock }: { readonly log: Log; readonly clock: Clock }) {
    this.#message = message
    this.#log = log
    this.#clock = clock
  }

  count(kind: string): void {
    if (this.#counts.size === 0) this.#since = this.#clock.monotonicMs()
    const counted = this.#counts.has(kind) || this.#counts.size < MAX_KINDS ? kind : OTHERS
    this.#counts.set(counted, (this.#counts.get(counted) ?? 0) + 1)
  }

  /** `now` in monotonic milliseconds. */
  tick(now: number): void {
    if (now - this.#since >= PERIOD_MS) this.sumUp()
  }

  /** Without waiting for the end of the minute. */
  sumUp(): void {
    if (this.#counts.size === 0) return
    const count = [...this.#counts.values()].reduce((sum, some) => sum + some, 0)
    this.#log.info({ count, by: Object.fromEntries(this.#counts) }, this.#message)
    this.#counts.clear()
  }
}
