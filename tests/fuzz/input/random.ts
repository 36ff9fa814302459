/** Choices that a seed decides, the same on every machine. */
export class Random {
  #state: number

  /** `path` tells streams of one seed apart: each begins anew, whatever the others have drawn. */
  constructor(seed: number, ...path: readonly number[]) {
    this.#state = path.reduce(
      (state, step) => scramble(state ^ Math.imul(step + 1, 0x9e37_79b1)),
      scramble(seed),
    )
  }

  // mulberry32
  uint32(): number {
    this.#state = (this.#state + 0x6d2b_79f5) | 0
    return scramble(this.#state)
  }

  /** An integer from 0 to `limit` − 1. */
  below(limit: number): number {
    return Math.floor((this.uint32() / 2 ** 32) * limit)
  }

  /** An integer from `low` to `high`. */
  between(low: number, high: number): number {
    return low + this.below(high - low + 1)
  }

  chance(probability: number): boolean {
    return this.uint32() / 2 ** 32 < probability
  }

  pick<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.below(choices.length)] ?? choices[0]
  }

  /** One of several ways, each as likely as its weight says. */
  oneOf<T>(ways: readonly [Way<T>, ...Way<T>[]]): T {
    let left = this.below(ways.reduce((sum, [weight]) => sum + weight, 0))
    for (const [weight, make] of ways) {
      left -= weight
      if (left < 0) return make()
    }
    return ways[0][1]()
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.below(256)))
  }
}

type Way<T> = readonly [weight: number, make: () => T]

function scramble(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 15), value | 1)
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
  return (mixed ^ (mixed >>> 14)) >>> 0
}

/** For a run that nobody chose a seed for. */
export function freshSeed(): number {
  return Math.floor(Math.random() * 2 ** 32)
}
