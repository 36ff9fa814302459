/** How much may be asked: so much in the long run, and so much at once after a rest. */
export interface Rate {
  readonly perMinute: number
  readonly burst: number
}

const MINUTE_MS = 60_000

/** A minute's worth at once. */
export const perMinute = (perMinute: number): Rate => ({ perMinute, burst: perMinute })

/**
 * A token bucket, kept as one number: the instant at which it will be full again. Instants are monotonic
 * milliseconds.
 */
export class Bucket {
  readonly #rate: Rate
  #fullAt = -Infinity

  constructor(rate: Rate) {
    this.#rate = rate
  }

  /** 0 where it is granted, else how many milliseconds to wait for it; what is not granted costs nothing. */
  take(cost: number, now: number): number {
    const { perMinute, burst } = this.#rate
    const msPerToken = MINUTE_MS / perMinute
    // More than a full bucket holds is granted by a full one.
    const fullAt = Math.max(this.#fullAt, now) + Math.min(cost, burst) * msPerToken
    const wait = fullAt - now - burst * msPerToken
    if (wait > WITHIN_ROUNDING_MS) return wait
    this.#fullAt = fullAt
    return 0
  }

  /** How much of it was taken and has not come back yet. */
  spent(now: number): number {
    return (Math.max(0, this.#fullAt - now) * this.#rate.perMinute) / MINUTE_MS
  }

  isEmpty(now: number): boolean {
    const { perMinute, burst } = this.#rate
    return this.#fullAt - now > ((burst - 1) * MINUTE_MS) / perMinute
  }

  /** Taken whether it is there or not: what is asked next waits the longer. */
  spend(cost: number, now: number): void {
    this.#fullAt = Math.max(this.#fullAt, now) + (cost * MINUTE_MS) / this.#rate.perMinute
  }

  /** As good as a new one. */
  isFull(now: number): boolean {
    return this.#fullAt <= now
  }
}

const WITHIN_ROUNDING_MS = 1e-3
