/**
 * Does one step after another as long as there is something to do; `poke` says that there may be. A step answers whether
 * another one may follow at once.
 */
export class Lane {
  readonly #step: () => Promise<boolean>
  readonly #failed: (error: unknown) => void
  #isWorking = false
  #isPoked = false

  constructor(step: () => Promise<boolean>, failed: (error: unknown) => void) {
    this.#step = step
    this.#failed = failed
  }

  poke(): void {
    this.#isPoked = true
    if (!this.#isWorking) void this.#work()
  }

  async #work(): Promise<void> {
    this.#isWorking = true
    try {
      while (this.#isPoked) {
        this.#isPoked = false
        if (await this.#step()) this.#isPoked = true
      }
    } catch (error) {
      this.#failed(error)
    } finally {
      this.#isWorking = false
    }
  }
}
