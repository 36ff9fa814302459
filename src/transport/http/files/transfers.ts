interface Limits {
  /** By user or by address. */
  readonly maxOfOne: number
  readonly maxInAll: number
}

/** How many uploads or downloads there are at once; each holds a descriptor and a connection. */
export class Transfers {
  readonly #limits: Limits
  readonly #byKey = new Map<string, number>()
  #inAll = 0

  constructor(limits: Limits) {
    this.#limits = limits
  }

  /** Undefined where there are too many; else to be called at the end of it, and harmless a second time. */
  begin(key: string): (() => void) | undefined {
    const { maxOfOne, maxInAll } = this.#limits
    const own = this.#byKey.get(key) ?? 0
    if (own >= maxOfOne || this.#inAll >= maxInAll) return undefined
    this.#count(key, 1)
    let isOver = false
    return () => {
      if (!isOver) this.#count(key, -1)
      isOver = true
    }
  }

  #count(key: string, by: 1 | -1): void {
    const left = (this.#byKey.get(key) ?? 0) + by
    this.#inAll += by
    if (left === 0) this.#byKey.delete(key)
    else this.#byKey.set(key, left)
  }
}
