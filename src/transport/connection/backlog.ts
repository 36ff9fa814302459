/** How long bytes have waited for a peer that does not read, or reads too slowly. Looked at from time to time. */
export class Backlog {
  /** What had been added in all when the look began; all of it has to leave. */
  #mark: number
  #since: number

  /** For a peer for which something waits. `now` in monotonic milliseconds. */
  constructor(addedBytes: number, now: number) {
    this.#mark = addedBytes
    this.#since = now
  }

  /** `addedBytes`: ever; `heldBytes`: of these wait now. */
  waitedMs(addedBytes: number, heldBytes: number, now: number): number {
    if (addedBytes - heldBytes >= this.#mark) {
      this.#mark = addedBytes
      this.#since = now
    }
    return now - this.#since
  }
}
