import type { Bench } from '../harness/bench.ts'
import { number } from '../harness/verdicts/table.ts'
import type { Comparison } from './comparisons/comparison.ts'

/** What one round has given of one contender. */
export interface Sample {
  readonly figure: string
  readonly contender: string
  readonly round: number
  readonly value: number
}

/** In each round all contenders of each, one after another; a line of output each. */
export async function compare(comparisons: readonly Comparison[], bench: Bench): Promise<Sample[]> {
  const samples: Sample[] = []
  for (const { name, figures, turns } of comparisons) {
    for (let round = 1; round <= bench.rounds; round++) {
      for (const { contender, measure } of turns) {
        const values = await measure(bench)
        const shown = Object.values(values).map(number).join(', ')
        console.log(`${name}, round ${round} of ${bench.rounds}: ${contender} ${shown}`)
        samples.push(
          ...Object.entries(values).map(([key, value]) => ({
            figure: figures[key] ?? key,
            contender,
            round,
            value,
          })),
        )
      }
    }
  }
  return samples
}
