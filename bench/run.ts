// npm run bench: measures every row of the table of marks, prints the table and writes bench/results.json.
// --only relay-sdp,start   only these rows
// --quick                  fewer rounds, less of everything: for a first look
// --rounds 9               other than 5 (2 with --quick)
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { createBench } from './harness/bench.ts'
import { build } from './harness/build.ts'
import { conclude } from './harness/conclusion.ts'
import { machine } from './harness/machine.ts'
import { number, table } from './harness/table.ts'
import { judge, type Verdict } from './harness/verdict.ts'
import { rows } from './rows/rows.ts'

const { values } = parseArgs({
  options: { only: { type: 'string' }, quick: { type: 'boolean' }, rounds: { type: 'string' } },
})
const only = values.only?.split(',')
const unknown = only?.filter((name) => rows.every((row) => row.name !== name)) ?? []
if (unknown.length > 0) {
  console.error(`no such row: ${unknown.join(', ')}; there are ${rows.map(({ name }) => name).join(', ')}`)
  process.exit(2)
}

build()
const size = values.quick === true ? 'quick' : 'full'
const bench = values.rounds === undefined ? createBench(size) : createBench(size, Number(values.rounds))
const verdicts: Verdict[] = []
const results: object[] = []
const notMeasured: string[] = []

for (const row of rows.filter(({ name }) => only?.includes(name) ?? true)) {
  const started = performance.now()
  process.stdout.write(`${row.name}: ${row.what} … `)
  try {
    const rounds = await row.run(bench)
    const judged = judge(row, rounds)
    verdicts.push(...judged)
    results.push({ row: row.name, what: row.what, rounds, verdicts: judged })
    const seconds = (performance.now() - started) / 1000
    console.log(`${judged.map(({ ratio }) => number(ratio.median)).join(', ')} (${number(seconds)} s)`)
  } catch (error) {
    notMeasured.push(row.name)
    console.log(`not measured: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
  }
}

writeFileSync('bench/results.json', `${JSON.stringify({ ...machine(), size, results }, null, 2)}\n`)
const { lines, exitCode } = conclude(verdicts, notMeasured)
console.log(`\n${table(verdicts)}\n`)
for (const line of lines) console.log(line)
process.exitCode = exitCode
