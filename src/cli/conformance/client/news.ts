/** Lets one wait until something is so, looking whenever there is news. */
export class News {
  #wake: () => void = () => undefined

  tell(): void {
    this.#wake()
  }

  /** The first that `look` finds, or undefined once the time is over. */
  async wait<T>(look: () => T | undefined, withinMs: number): Promise<T | undefined> {
    const late = new AbortController()
    const deadline = setTimeout(() => {
      late.abort()
      this.tell()
    }, withinMs)
    try {
      for (;;) {
        const found = look()
        if (found !== undefined || late.signal.aborted) return found
        await new Promise<void>((wake) => {
          this.#wake = wake
        })
      }
    } finally {
      clearTimeout(deadline)
    }
  }
}
