import type { Bench } from './bench.ts'

/** A row of the table of marks: something that is measured, of the daemon and of what it is compared with. */
export interface Row {
  /** For `--only`. */
  readonly name: string
  readonly what: string
  /** What this machine lacks to measure it; undefined where nothing is. A row without this can be measured anywhere. */
  readonly lacks?: () => string | undefined
  readonly figures: Readonly<Record<string, Figure>>
  readonly run: (bench: Bench) => Promise<Round[]>
}

/** One number of a row, with what it has to reach. */
interface Figure {
  readonly what: string
  readonly unit: string
  /** What the daemon is compared with; undefined where its own number counts. */
  readonly against: string | undefined
  /** Undefined where the number is only shown. */
  readonly mark: Mark | undefined
}

export type Mark = { readonly atMost: number } | { readonly atLeast: number }

/** What one round gave, by figure. */
export type Round = Readonly<Record<string, Sample>>

interface Sample {
  readonly daemon: number
  /** 1 where there is nothing to compare with. */
  readonly base: number
}
