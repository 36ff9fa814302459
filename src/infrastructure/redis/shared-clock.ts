import type { Clock } from '../../application/ports/system/clock.ts'

/**
 * By so much at most a measurement moves the clock, so that nodes that are apart come together slowly. Of what is more than a
 * jitter, as after a failover to a machine with another clock, it is a hundredth: the clock still goes on, and a node that
 * joins then is not apart from the others for hours.
 */
const STEP_MS = 5
const LONGEST_STEP_MS = 100

/** A measurement that took longer than this, and longer than twice the quickest, says little. */
const QUICK_MS = 2

/** Redis's time by the local monotonic clock, so that it goes on evenly and never back. */
export class SharedClock {
  readonly #clock: Clock
  #offsetMs: number
  #isMeasured = false
  #quickestMs = Infinity
  #lastMs = 0

  constructor(clock: Clock) {
    this.#clock = clock
    this.#offsetMs = clock.wallMs() - clock.monotonicMs()
  }

  nowMs(): number {
    this.#lastMs = Math.max(this.#lastMs, this.#clock.monotonicMs() + this.#offsetMs)
    return this.#lastMs
  }

  /** Redis said `timeMs` at some instant between the two, of the monotonic clock. */
  measured(sentMs: number, receivedMs: number, timeMs: number): void {
    const tookMs = receivedMs - sentMs
    const offsetMs = timeMs - (sentMs + receivedMs) / 2
    if (!this.#isMeasured) {
      this.#isMeasured = true
      // What was said before was a guess, by this machine's own clock.
      this.#lastMs = -Infinity
      this.#offsetMs = offsetMs
      this.#quickestMs = tookMs
      return
    }
    // What was quick once need not be so for ever.
    this.#quickestMs = Math.min(this.#quickestMs * 1.1, tookMs)
    if (tookMs > Math.max(QUICK_MS, this.#quickestMs * 2)) return
    const apartMs = offsetMs - this.#offsetMs
    const most = Math.max(STEP_MS, Math.min(LONGEST_STEP_MS, Math.abs(apartMs) / 100))
    this.#offsetMs += Math.max(-most, Math.min(most, apartMs))
  }
}
