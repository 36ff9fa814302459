/** Counts the time in which it runs, in milliseconds. */
export class Stopwatch {
  readonly #monotonic: () => number
  #counted = 0
  #since: number | undefined

  constructor(monotonic: () => number) {
    this.#monotonic = monotonic
  }

  get elapsed(): number {
    return Math.round(this.#counted + (this.#since === undefined ? 0 : this.#monotonic() - this.#since))
  }

  run(on: boolean): void {
    this.set(this.elapsed)
    this.#since = on ? this.#monotonic() : undefined
  }

  /** Somebody knows better. */
  set(elapsed: number): void {
    this.#counted = elapsed
    if (this.#since !== undefined) this.#since = this.#monotonic()
  }
}
