// npm run bench:peers: the daemon beside others who relay, and the floor, in one run; prints the table and writes
// bench/peers-results.json. Installs the others first, in this directory.
// --only candidate,connections   only these
// --quick, --smoke, --rounds 9   as with npm run bench
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { createBench } from '../harness/bench.ts'
import { build } from '../harness/build.ts'
import { endOnSignals } from '../harness/end-on-signals.ts'
import { machine } from '../harness/machine.ts'
import { compare } from './compare.ts'
import { connections } from './connections.ts'
import { install } from './install.ts'
import { candidate, sdp } from './relay.ts'
import { standings } from './standings.ts'
import { table } from './table.ts'

const comparisons = [candidate, sdp, connections]

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    quick: { type: 'boolean' },
    smoke: { type: 'boolean' },
    rounds: { type: 'string' },
  },
})
const only = values.only?.split(',')
const unknown = only?.filter((name) => comparisons.every((comparison) => comparison.name !== name)) ?? []
if (unknown.length > 0) {
  const known = comparisons.map(({ name }) => name).join(', ')
  console.error(`no such comparison: ${unknown.join(', ')}; there are ${known}`)
  process.exit(2)
}

endOnSignals()
install()
build()
const size = values.smoke === true ? 'smoke' : values.quick === true ? 'quick' : 'full'
const bench = values.rounds === undefined ? createBench(size) : createBench(size, Number(values.rounds))
const where = machine()
const wanted = comparisons.filter(({ name }) => only?.includes(name) ?? true)
const samples = await compare(wanted, bench)
const standing = standings(samples)
const results = { ...where, size, standings: standing, samples }
writeFileSync('bench/peers-results.json', `${JSON.stringify(results, null, 2)}\n`)
console.log(`\n${table(standing)}`)
