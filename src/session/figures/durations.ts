/** How long something took, counted by fixed bounds in milliseconds: a histogram without its labels. */
export class Durations {
  readonly bounds: readonly number[]
  readonly #limits: Float64Array
  readonly #counts: Float64Array
  #sumMs = 0

  /** `bounds`: in rising order; what is above the last is counted too. */
  constructor(bounds: readonly number[]) {
    this.bounds = bounds
    this.#limits = Float64Array.from([...bounds, Infinity])
    this.#counts = new Float64Array(this.#limits.length)
  }

  add(ms: number): void {
    let index = 0
    while (ms > (this.#limits[index] ?? Infinity)) index += 1
    this.#counts[index] = (this.#counts[index] ?? 0) + 1
    this.#sumMs += ms
  }

  get sumMs(): number {
    return this.#sumMs
  }

  /** Of each bound those within it and above the one before, and at the end those above the last. */
  get counts(): readonly number[] {
    return [...this.#counts]
  }
}
