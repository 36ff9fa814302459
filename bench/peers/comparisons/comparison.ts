import type { Bench } from '../../harness/bench.ts'

type Figures = Readonly<Record<string, number>>

/** One of those that are compared, and how it is measured. */
export interface Turn {
  readonly contender: string
  readonly measure: (bench: Bench) => Promise<Figures>
}

/** Something that is measured of all its contenders alike; the first is what the others are compared with. */
export interface Comparison {
  /** For `--only`. */
  readonly name: string
  /** By key, what is measured, with its unit. */
  readonly figures: Readonly<Record<string, string>>
  readonly turns: readonly Turn[]
}
