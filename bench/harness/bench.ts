/** How much is done: `smoke` only shows that it can be done. */
export type Size = 'full' | 'quick' | 'smoke'

/** What a row works with. */
export interface Bench {
  readonly rounds: number
  /** The one for this size. */
  readonly pick: <T>(choices: Readonly<Record<Size, T>>) => T
}

export function createBench(size: Size, rounds = { full: 5, quick: 2, smoke: 1 }[size]): Bench {
  return { rounds, pick: (choices) => choices[size] }
}
