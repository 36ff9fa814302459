import { median } from '../../shared/median.ts'
import type { Sample } from '../compare.ts'

/** A figure of a contender after all rounds: the median, and how often that of the first one it is, round by round. */
export interface Standing {
  readonly figure: string
  readonly contender: string
  readonly value: number
  readonly ratio: { readonly median: number; readonly min: number; readonly max: number }
}

/** Figure by figure, the contenders in the order in which they were measured. */
export function standings(samples: readonly Sample[]): Standing[] {
  const contenders = distinct(samples.map(({ contender }) => contender))
  return distinct(samples.map(({ figure }) => figure)).flatMap((figure) => {
    const ofFigure = samples.filter((sample) => sample.figure === figure)
    return contenders.flatMap((contender) => {
      const own = ofFigure.filter((sample) => sample.contender === contender)
      return own.length === 0 ? [] : [standing(ofFigure, own, { figure, contender })]
    })
  })
}

function standing(
  ofFigure: readonly Sample[],
  own: readonly Sample[],
  of: Pick<Standing, 'figure' | 'contender'>,
): Standing {
  const ratios = own.map(({ value, round }) => value / firstIn(ofFigure, round))
  return {
    ...of,
    value: median(own.map(({ value }) => value)),
    ratio: { median: median(ratios), min: Math.min(...ratios), max: Math.max(...ratios) },
  }
}

function firstIn(ofFigure: readonly Sample[], round: number): number {
  return ofFigure.find((sample) => sample.round === round)?.value ?? NaN
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)]
}
