import type { Globals } from './context.ts'

type Cell = string | number | boolean | null

/** The answer as JSON where that is wanted, else what `human` makes of it. */
export function print<T extends object>({ json }: Globals, answer: T, human: (answer: T) => string): void {
  process.stdout.write(json === true ? `${JSON.stringify(answer, null, 2)}\n` : `${human(answer)}\n`)
}

/** Columns as wide as their widest cell; null is a dash. */
export function table(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const lines = [head, ...rows.map((row) => row.map((cell) => (cell === null ? '-' : String(cell))))]
  const widths = head.map((_, column) =>
    lines.reduce((most, line) => Math.max(most, lengthOf(line[column] ?? '')), 0),
  )
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - lengthOf(cell)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** One fact a line. */
export function facts(pairs: readonly (readonly [string, Cell])[]): string {
  const width = Math.max(...pairs.map(([name]) => name.length))
  return pairs.map(([name, value]) => `${name.padEnd(width)}  ${value ?? '-'}`).join('\n')
}

/** `shown of total` where not all are shown. */
export function cut(shown: number, total: number): string {
  return shown === total ? '' : `\n${shown} of ${total} shown; --limit shows more`
}

/** A line that is written over again and again; only on a terminal. */
export function progress({ json }: Globals): { say(text: string): void; end(): void } {
  const shown = process.stderr.isTTY && json !== true
  return {
    say(text) {
      if (shown) process.stderr.write(`\r\u001B[K${text}`)
    },
    end() {
      if (shown) process.stderr.write('\r\u001B[K')
    },
  }
}

function lengthOf(text: string): number {
  return Array.from(text).length
}
