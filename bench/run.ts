// npm run bench: measures every row of the table of marks, prints the table and writes bench/results.json.
// `npm run bench -- --only relay-sdp,start --quick`: see harness/arguments.ts
import { writeFileSync } from 'node:fs'
import { readArguments } from './harness/arguments.ts'
import { build } from './harness/build.ts'
import { conclude } from './harness/verdicts/conclusion.ts'
import { endOnSignals } from './harness/end-on-signals.ts'
import { machine } from './harness/machine/machine.ts'
import { measure } from './harness/measure.ts'
import { table } from './harness/verdicts/table.ts'
import { rows } from './rows/rows.ts'

const { size, bench, wanted } = readArguments(rows)

endOnSignals()
build()
const where = machine()
const measured = await measure(wanted, bench)
writeFileSync('bench/results.json', `${JSON.stringify({ ...where, size, ...measured }, null, 2)}\n`)
const { lines, exitCode } = conclude(measured)
console.log(`\n${table(measured.verdicts)}\n`)
for (const line of lines) console.log(line)
process.exitCode = exitCode
