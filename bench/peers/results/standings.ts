import { median } from '../../shared/median.ts'
import type { Sample } from '../compare.ts'

/** A figure of a contender after all rounds: the median, and how often the floor's it is, round by round. */
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
    return contenders.map((contender) => standing(ofFigure, figure, contender))
  })
}

function standing(ofFigure: readonly Sample[], figure: string, contender: string): Standing {
  const own = ofFigure.filter((sample) => sample.contender === contender)
  const ratios = own.map(({ value, round }) => value / floorIn(ofFigure, round))
  return {
    figure,
    contender,
    value: median(own.map(({ value }) => value)),
    ratio: { median: median(ratios), min: Math.min(...ratios), max: Math.max(...ratios) },
  }
}

function floorIn(ofFigure: readonly Sample[], round: number): number {
  const floor = ofFigure.find((sample) => sample.contender === 'floor' && sample.round === round)
  return floor?.value ?? NaN
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)]
}
