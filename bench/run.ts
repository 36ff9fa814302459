// npm run bench: measures every row of the table of marks, prints the table and writes bench/results.json.
// --only relay-sdp,start   only these rows
// --quick                  fewer rounds, less of everything: for a first look
// --smoke                  next to nothing: only whether everything can be measured
// --rounds 9               other than 5, or 2 with --quick
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { createBench } from './harness/bench.ts'
import { build } from './harness/build.ts'
import { conclude } from './harness/conclusion.ts'
import { endOnSignals } from './harness/end-on-signals.ts'
import { machine } from './harness/machine.ts'
import { measure } from './harness/measure.ts'
import { table } from './harness/table.ts'
import { rows } from './rows/rows.ts'

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    quick: { type: 'boolean' },
    smoke: { type: 'boolean' },
    rounds: { type: 'string' },
  },
})
const only = values.only?.split(',')
const unknown = only?.filter((name) => rows.every((row) => row.name !== name)) ?? []
if (unknown.length > 0) {
  console.error(`no such row: ${unknown.join(', ')}; there are ${rows.map(({ name }) => name).join(', ')}`)
  process.exit(2)
}

endOnSignals()
build()
const size = values.smoke === true ? 'smoke' : values.quick === true ? 'quick' : 'full'
const bench = values.rounds === undefined ? createBench(size) : createBench(size, Number(values.rounds))
const where = machine()
const measured = await measure(
  rows.filter(({ name }) => only?.includes(name) ?? true),
  bench,
)
writeFileSync('bench/results.json', `${JSON.stringify({ ...where, size, ...measured }, null, 2)}\n`)
const { lines, exitCode } = conclude(measured)
console.log(`\n${table(measured.verdicts)}\n`)
for (const line of lines) console.log(line)
process.exitCode = exitCode
