const EVERY_MS = 500

/** A client whose heartbeat has had no answer for so long waits before it sends more. */
const HELD_UP_MS = 1_000

/** A client's heartbeats at one connection: by their answers it knows how far it is heard, as all is handled in turn. */
export class Pulse {
  #beatMs = -Infinity
  #unanswered: number[] = []

  isDue(nowMs: number): boolean {
    return nowMs - this.#beatMs > EVERY_MS
  }

  /** The timestamp of the next one. */
  beat(nowMs: number): number {
    this.#beatMs = nowMs
    const timestamp = Math.round(nowMs)
    this.#unanswered.push(timestamp)
    return timestamp
  }

  answered(timestamp: number): void {
    this.#unanswered = this.#unanswered.filter((one) => one > timestamp)
  }

  isHeldUp(nowMs: number): boolean {
    const [oldest = nowMs] = this.#unanswered
    return nowMs - oldest > HELD_UP_MS
  }
}
