import type { Bench } from './bench.ts'
import type { Round, Row } from './row.ts'
import { number } from './verdicts/table.ts'
import { judge, type Verdict } from './verdicts/verdict.ts'

export interface Measured {
  readonly verdicts: readonly Verdict[]
  /** The names of rows that failed. */
  readonly notMeasured: readonly string[]
  /** Rows that this machine cannot measure, each with what it lacks. */
  readonly skipped: readonly string[]
  readonly rounds: Readonly<Record<string, readonly Round[]>>
}

/** One row after another, with a line of output each. */
export async function measure(rows: readonly Row[], bench: Bench): Promise<Measured> {
  const verdicts: Verdict[] = []
  const notMeasured: string[] = []
  const skipped: string[] = []
  const all: Record<string, readonly Round[]> = {}
  for (const row of rows) {
    const lack = row.lacks?.()
    if (lack !== undefined) {
      skipped.push(`${row.name} was not measured: ${lack}`)
      console.log(skipped.at(-1))
      continue
    }
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
  return { verdicts, notMeasured, skipped, rounds: all }
}
