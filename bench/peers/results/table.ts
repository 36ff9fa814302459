import { inColumns, number } from '../../harness/verdicts/table.ts'
import type { Standing } from './standings.ts'

/** One line a figure and contender, in columns; the figure stands where it begins. */
export function table(standings: readonly Standing[]): string {
  return inColumns([
    ['figure', 'server', 'median', '× the first', 'spread'],
    ...standings.map(({ figure, contender, value, ratio }, i) => [
      figure === standings[i - 1]?.figure ? '' : figure,
      contender,
      number(value),
      number(ratio.median),
      `${number(ratio.min)} to ${number(ratio.max)}`,
    ]),
  ])
}
