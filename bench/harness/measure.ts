import type { Bench } from './bench.ts'
import type { Round, Row } from './row.ts'
import { number } from './table.ts'
import { judge, type Verdict } from './verdict.ts'

export interface Measured {
  readonly verdicts: readonly Verdict[]
  /** The names of rows that failed. */
  readonly notMeasured: readonly string[]
  readonly rounds: Readonly<Record<string, readonly Round[]>>
}

/** One row after another, with a line of output each. */
export async function measure(rows: readonly Row[], bench: Bench): Promise<Measured> {
  const verdicts: Verdict[] = []
  const notMeasured: string[] = []
  const all: Record<string, readonly Round[]> = {}
  for (const row of rows) {
    const started = performance.now()
    process.stdout.write(`${row.name}: ${row.what} … `)
    try {
      const rounds = await row.run(bench)
      const judged = judge(row, rounds)
      verdicts.push(...judged)
      all[row.name] = rounds
      const seconds = (performance.now() - started) / 1000
      console.log(`${judged.map(({ ratio }) => number(ratio.median)).join(', ')} (${number(seconds)} s)`)
    } catch (error) {
      notMeasured.push(row.name)
      console.log(`not measured: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
    }
  }
  return { verdicts, notMeasured, rounds: all }
}
