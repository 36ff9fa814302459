const LEAST_MS = 100
const MOST_MS = 60_000

/** What the latest hash counts in the average. */
const WEIGHT = 1 / 8

/** How long hashes take lately, and so how long those who are turned away should stay away. */
export class HashPace {
  readonly #threads: number
  #averageMs: number

  /** `firstMs`: what one is taken to last as long as none has been measured. */
  constructor(threads: number, firstMs: number) {
    this.#threads = threads
    this.#averageMs = firstMs
  }

  took(ms: number): void {
    this.#averageMs += (ms - this.#averageMs) * WEIGHT
  }

  /** Until as many hashes are done, in whole milliseconds. */
  retryAfterMs(hashes: number): number {
    const ms = (hashes * this.#averageMs) / this.#threads
    return Math.ceil(Math.min(MOST_MS, Math.max(LEAST_MS, ms)))
  }
}
