const WINDOW_MS = 60_000

/** With more addresses than these within a minute the count begins anew for all. */
const MAX_ADDRESSES = 100_000

/** Counts failed attempts by address, from minute to minute. */
export class AttemptLimit {
  readonly #perMinute: number
  readonly #failed = new Map<string, number>()
  #since = 0

  constructor(perMinute: number) {
    this.#perMinute = perMinute
  }

  /** Undefined where the attempt may be answered as usual, else how long to wait; `now` in monotonic milliseconds. */
  failed(address: string, now: number): { readonly retryAfterMs: number } | undefined {
    if (now - this.#since >= WINDOW_MS || this.#failed.size >= MAX_ADDRESSES) {
      this.#failed.clear()
      this.#since = now
    }
    const count = (this.#failed.get(address) ?? 0) + 1
    this.#failed.set(address, count)
    return count <= this.#perMinute ? undefined : { retryAfterMs: Math.ceil(this.#since + WINDOW_MS - now) }
  }
}
