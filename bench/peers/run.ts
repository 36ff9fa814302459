// npm run bench:peers: the daemon beside others who relay, and the floor, in one run; prints the table and writes
// bench/peers-results.json. Installs the others first, in this directory.
// `npm run bench:peers -- --only candidate --quick`: see ../harness/arguments.ts
import { writeFileSync } from 'node:fs'
import { readArguments } from '../harness/arguments.ts'
import { build } from '../harness/build.ts'
import { endOnSignals } from '../harness/end-on-signals.ts'
import { machine } from '../harness/machine/machine.ts'
import { compare } from './compare.ts'
import { connections } from './comparisons/connections.ts'
import { latency } from './comparisons/latency.ts'
import { nodes } from './comparisons/nodes.ts'
import { install } from './install.ts'
import { candidate, sdp } from './comparisons/relay.ts'
import { standings } from './results/standings.ts'
import { table } from './results/table.ts'

const comparisons = [candidate, sdp, latency, connections, nodes]

const { size, bench, wanted } = readArguments(comparisons)

endOnSignals()
install()
build()
const where = machine()
const samples = await compare(wanted, bench)
const standing = standings(samples)
const results = { ...where, size, standings: standing, samples }
writeFileSync('bench/peers-results.json', `${JSON.stringify(results, null, 2)}\n`)
console.log(`\n${table(standing)}`)
