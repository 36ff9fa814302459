/** Bounds what waits for Redis, in number and in bytes. */
export class WaitingBudget {
  readonly #most: { readonly count: number; readonly bytes: number }
  #count = 0
  #bytes = 0

  constructor(most: { readonly count: number; readonly bytes: number }) {
    this.#most = most
  }

  /** Whether there was room. One alone always has. */
  take(bytes: number): boolean {
    const isFull = this.#count >= this.#most.count || this.#bytes + bytes > this.#most.bytes
    if (isFull && this.#count > 0) return false
    this.#count += 1
    this.#bytes += bytes
    return true
  }

  giveBack(bytes: number): void {
    this.#count -= 1
    this.#bytes -= bytes
  }
}
