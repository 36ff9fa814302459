// npm run bench:report: all rows, and how costs grow with the number of connections, as bench/report.md with plots.
// `npm run bench:report -- --quick`: see harness/arguments.ts
import { mkdirSync, writeFileSync } from 'node:fs'
import { readArguments } from './harness/arguments.ts'
import { withDaemon, withFloor } from './harness/servers/with-server.ts'
import { build } from './harness/build.ts'
import { conclude } from './harness/verdicts/conclusion.ts'
import { endOnSignals } from './harness/end-on-signals.ts'
import { machine } from './harness/machine/machine.ts'
import { measure } from './harness/measure.ts'
import { growth } from './reporting/growth.ts'
import { latencies } from './reporting/latencies.ts'
import { plots } from './reporting/plots.ts'
import { writeUp } from './reporting/write-up.ts'
import { rows } from './rows/rows.ts'

const DIRECTORY = 'bench/report'

const { size, bench, wanted } = readArguments(rows)
const where = machine()

endOnSignals()
build()
const measured = await measure(wanted, bench)
console.log('latencies and growth …')
const figures = {
  floor: { latencies: await latencies(bench, withFloor), growth: await growth(bench, withFloor) },
  daemon: { latencies: await latencies(bench, withDaemon), growth: await growth(bench, withDaemon) },
}

mkdirSync(DIRECTORY, { recursive: true })
const drawn = plots(figures)
for (const { file, svg } of drawn) writeFileSync(`${DIRECTORY}/${file}`, svg)
writeFileSync('bench/report.md', writeUp({ where, size, measured, figures, plots: drawn }))
const { lines, exitCode } = conclude(measured)
for (const line of lines) console.log(line)
console.log('bench/report.md is written')
process.exitCode = exitCode
