import type { Measured } from '../measure.ts'
import { number } from './table.ts'

/** What is to be said after the table, and the exit code: 1 for a mark missed, 2 for a row that failed. */
export function conclude({ verdicts, notMeasured, skipped }: Omit<Measured, 'rounds'>): {
  readonly lines: readonly string[]
  readonly exitCode: 0 | 1 | 2
} {
  const missed = verdicts.filter(({ met }) => !met)
  const lines = [
    ...missed.map(
      ({ row, figure, ratio, mark }) =>
        `${row} misses its mark: ${figure} ${number(ratio.median)}, to be ${mark}`,
    ),
    ...notMeasured.map((name) => `${name} could not be measured`),
    ...skipped,
  ]
  if (notMeasured.length > 0) return { lines, exitCode: 2 }
  return { lines, exitCode: missed.length > 0 ? 1 : 0 }
}
