import { median } from '../../shared/median.ts'
import type { Mark, Round, Row } from '../row.ts'

/** A figure after all rounds: medians, the ratio with its spread, and whether it reaches its mark. */
export interface Verdict {
  readonly row: string
  readonly figure: string
  readonly unit: string
  readonly against: string | undefined
  readonly daemon: number
  readonly base: number
  /** Of the ratios of the rounds; of the daemon's own numbers where there is nothing to compare with. */
  readonly ratio: Spread
  /** Empty where there is none; such a figure is never missed. */
  readonly mark: string
  readonly met: boolean
}

interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
}

export function judge({ name, figures }: Row, rounds: readonly Round[]): Verdict[] {
  return Object.entries(figures).map(([key, figure]) => {
    const samples = rounds.map((round) => round[key]).filter((sample) => sample !== undefined)
    const ratio = spread(samples.map(({ daemon, base }) => daemon / base))
    return {
      row: name,
      figure: figure.what,
      unit: figure.unit,
      against: figure.against,
      daemon: spread(samples.map(({ daemon }) => daemon)).median,
      base: spread(samples.map(({ base }) => base)).median,
      ratio,
      mark: figure.mark === undefined ? '' : inWords(figure.mark),
      met: figure.mark === undefined || reaches(ratio.median, figure.mark),
    }
  })
}

function inWords(mark: Mark): string {
  return 'atMost' in mark ? `≤ ${mark.atMost}` : `≥ ${mark.atLeast}`
}

// Written so that what is no number reaches no mark.
function reaches(value: number, mark: Mark): boolean {
  return 'atMost' in mark ? value <= mark.atMost : value >= mark.atLeast
}

function spread(values: readonly number[]): Spread {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) }
}
