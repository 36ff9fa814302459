/** Chance that can be repeated: the same seed, the same throws. */
export interface Dice {
  readonly seed: number
  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number
  pick<T>(from: readonly T[]): T
}

/** mulberry32: one multiplication and a few shifts, good enough to choose moments and ways. */
export function createDice(seed: number): Dice {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const between = (least: number, most: number) => least + Math.floor(next() * (most - least + 1))
  return {
    seed,
    between,
    pick(from) {
      const at = between(0, from.length - 1)
      for (const picked of from.slice(at, at + 1)) return picked
      throw new Error('there is nothing to pick from')
    },
  }
}

export function randomSeed(): number {
  return Math.floor(Math.random() * 2 ** 32)
}
