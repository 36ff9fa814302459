import type { Bench } from '../../harness/bench.ts'
import type { Contender } from '../contenders.ts'

/** Something that is measured of all contenders alike. */
export interface Comparison {
  /** For `--only`. */
  readonly name: string
  /** By key, what is measured, with its unit. */
  readonly figures: Readonly<Record<string, string>>
  readonly measure: (contender: Contender, bench: Bench) => Promise<Readonly<Record<string, number>>>
}
