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
    this.#count(this.#indexOf(ms), 1)
    this.#sumMs += ms
  }

  /** The first so many instants of an array, the earliest first, until `now`. As a rule all count within the same bound. */
  addAll(since: Float64Array, count: number, now: number): void {
    const longest = this.#indexOf(now - (since[0] ?? now))
    const isSame = longest === this.#indexOf(now - (since[count - 1] ?? now))
    if (isSame) this.#count(longest, count)
    for (let i = 0; i < count; i++) {
      const ms = now - (since[i] ?? now)
      this.#sumMs += ms
      if (!isSame) this.#count(this.#indexOf(ms), 1)
    }
  }

  #indexOf(ms: number): number {
    let index = 0
    while (ms > (this.#limits[index] ?? Infinity)) index += 1
    return index
  }

  #count(index: number, times: number): void {
    this.#counts[index] = (this.#counts[index] ?? 0) + times
  }

  get sumMs(): number {
    return this.#sumMs
  }

  /** Of each bound those within it and above the one before, and at the end those above the last. */
  get counts(): readonly number[] {
    return [...this.#counts]
  }
}
