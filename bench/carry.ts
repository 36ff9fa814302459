// npm run bench:carry: what one node, one Redis and one PostgreSQL carry; writes docs/scaling.md, section "What one carries".
// `npm run bench:carry -- --quick`: see harness/arguments.ts
import { measureCarried } from './carry/measure.ts'
import { section } from './carry/section.ts'
import { readArguments } from './harness/arguments.ts'
import { build } from './harness/build.ts'
import { endOnSignals } from './harness/end-on-signals.ts'
import { machine } from './harness/machine/machine.ts'
import { writeMeasured } from './reporting/measured-section.ts'

const { size, bench } = readArguments([])
const where = machine()
endOnSignals()
build()
const lines = section(where, await measureCarried(bench))
if (size !== 'smoke') writeMeasured('carry', lines)
console.log(lines.join('\n'))
