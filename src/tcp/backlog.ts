/** How long bytes have waited for a peer that does not read, or reads too slowly. Looked at from time to time. */
export class Backlog {
  #added = 0
  /** What had been added when the look began; all of it has to leave. */
  #mark = 0
  #since: number | undefined

  added(bytes: number): void {
    this.#added += bytes
  }

  /** `heldBytes`: what waits now. `now` in monotonic milliseconds. */
  waitedMs(heldBytes: number, now: number): number {
    const left = this.#added - heldBytes
    if (heldBytes === 0) this.#since = undefined
    else if (this.#since === undefined || left >= this.#mark) {
      this.#mark = this.#added
      this.#since = now
    }
    return this.#since === undefined ? 0 : now - this.#since
  }
}
