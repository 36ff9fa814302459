import type { Unsubscribe } from '../ask.ts'
import type { Surroundings } from '../world/surroundings.ts'

/** How often it looks at the clock. A device that slept shows as a gap. */
const PULSE_MS = 5000
const GAP_MS = 5000
/** For the answer of a line that is not believed. */
const PROBE_MS = 4000

export interface HeartOptions {
  readonly intervalMs: number
  /** The longest wait for the answer to a heartbeat. */
  readonly answerMs: number
  /** Sends a HEARTBEAT with this timestamp, and says what has been sent before it. */
  readonly beat: (timestamp: number) => number
  /** All that was sent before the position has arrived. */
  readonly arrived: (position: number) => void
  readonly dead: (why: string) => void
  readonly woke: () => void
}

/** Finds out whether a connection still carries, until it is stopped. */
export class Heart {
  readonly #clock: Pick<Surroundings, 'now' | 'setTimer'>
  readonly #options: HeartOptions
  #count = 0
  #lastBeat: number
  /** What had been sent before each heartbeat that is not answered, by its timestamp. */
  readonly #unanswered = new Map<number, number>()
  #deadline: { readonly at: number; readonly cancel: Unsubscribe } | undefined
  #pulse: Unsubscribe

  constructor(clock: Pick<Surroundings, 'now' | 'setTimer'>, options: HeartOptions) {
    this.#clock = clock
    this.#options = options
    this.#lastBeat = clock.now()
    this.#pulse = this.#nextPulse()
  }

  /** Asks at once, and believes the line only when it answers soon. */
  probe(): void {
    this.#beat(PROBE_MS)
  }

  /** Asks at once, without hurry. */
  beat(): void {
    this.#beat(this.#options.answerMs)
  }

  heard(timestamp: number): void {
    const position = this.#unanswered.get(timestamp)
    if (position === undefined) return
    // Answers come in order.
    for (const earlier of [...this.#unanswered.keys()]) {
      if (earlier <= timestamp) this.#unanswered.delete(earlier)
    }
    this.#deadline?.cancel()
    this.#deadline = undefined
    if (this.#unanswered.size > 0) this.#expectWithin(this.#options.answerMs)
    this.#options.arrived(position)
  }

  stop(): void {
    this.#pulse()
    this.#deadline?.cancel()
  }

  #beat(answerMs: number): void {
    this.#count += 1
    this.#lastBeat = this.#clock.now()
    this.#unanswered.set(this.#count, 0)
    this.#unanswered.set(this.#count, this.#options.beat(this.#count))
    this.#expectWithin(answerMs)
  }

  /** An earlier deadline stays. */
  #expectWithin(ms: number): void {
    const at = this.#clock.now() + ms
    if (this.#deadline !== undefined && this.#deadline.at <= at) return
    this.#deadline?.cancel()
    const cancel = this.#clock.setTimer(ms, () => {
      this.#options.dead(`no answer to a heartbeat within ${ms} ms`)
    })
    this.#deadline = { at, cancel }
  }

  #nextPulse(): Unsubscribe {
    const ms = Math.min(PULSE_MS, this.#options.intervalMs)
    const due = this.#clock.now() + ms
    return this.#clock.setTimer(ms, () => {
      const late = this.#clock.now() - due
      this.#pulse = this.#nextPulse()
      if (late > GAP_MS) {
        this.#options.woke()
        this.probe()
      } else if (this.#clock.now() - this.#lastBeat >= this.#options.intervalMs) {
        this.beat()
      }
    })
  }
}
