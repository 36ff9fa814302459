import type { Pause } from '../../application/ports/system/pause.ts'

/** So many times as long as the latest new file took nobody else gets one. */
const REST = 4

/**
 * Lets new files be written for a fifth of the time at most: with a million accounts one takes seconds of work, and any
 * user may ask for one. Everything else that is saved goes on meanwhile.
 */
export class RewritePace {
  readonly #pause: Pause
  readonly #ending = new AbortController()
  #restUntil = 0

  constructor(pause: Pause) {
    this.#pause = pause
  }

  rest(): Promise<void> {
    return this.#pause(this.#restUntil - performance.now(), this.#ending.signal)
  }

  async timed<T>(work: () => Promise<T>): Promise<T> {
    const begun = performance.now()
    try {
      return await work()
    } finally {
      const ended = performance.now()
      this.#restUntil = ended + REST * (ended - begun)
    }
  }

  /** Nobody rests any more. */
  end(): void {
    this.#ending.abort()
  }
}
