import { Durations } from './durations.ts'

/** In milliseconds: a signal takes some hundredths of one unless something is in its way. */
const BOUNDS = [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 100, 1000]

/** Signals on their way within one tick; of more it is counted at once how long they have taken until then. */
const ON_THEIR_WAY = 1024

/**
 * How long signals are in the server: from being taken out of the socket's bytes to the first write of the tick in which
 * they were relayed. That write goes out after all that was heard in the tick, and after the journal. To look at the clock
 * for each would cost more than all the rest, so the instants are those that the endpoint has looked at anyway.
 */
export class SignalTimes {
  readonly durations = new Durations(BOUNDS)
  readonly #since = new Float64Array(ON_THEIR_WAY)
  #count = 0

  /** A signal is on its way to its receiver. `since`: when it was taken, in monotonic milliseconds. */
  relayed(since: number): void {
    if (this.#count === ON_THEIR_WAY) this.left(since)
    this.#since[this.#count] = since
    this.#count += 1
  }

  get isEmpty(): boolean {
    return this.#count === 0
  }

  /** They are about to be written. */
  left(now: number): void {
    this.durations.addAll(this.#since, this.#count, now)
    this.#count = 0
  }
}
