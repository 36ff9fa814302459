import type { Verdict } from './verdict.ts'

const HEAD = ['row', 'figure', 'daemon', 'against', 'ratio', 'spread', 'mark', '']

/** One line a figure, in columns. */
export function table(verdicts: readonly Verdict[]): string {
  return inColumns([HEAD, ...verdicts.map(cells)])
}

export function inColumns(lines: readonly (readonly string[])[]): string {
  const widths = (lines[0] ?? []).map((_, column) =>
    Math.max(...lines.map((line) => (line[column] ?? '').length)),
  )
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

function cells({ row, figure, unit, against, daemon, base, ratio, mark, met }: Verdict): string[] {
  return [
    row,
    figure,
    `${number(daemon)} ${unit}`,
    against === undefined ? '' : `${number(base)} ${unit} (${against})`,
    number(ratio.median),
    `${number(ratio.min)} to ${number(ratio.max)}`,
    mark,
    mark === '' ? '' : met ? 'met' : 'MISSED',
  ]
}

/** Three digits that count. */
export function number(value: number): string {
  return Math.abs(value) >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)))
}
