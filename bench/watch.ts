// npm run bench:watch: what a change of presence costs a million users who watch 50 each, beside everybody's changes to
// everybody; writes docs/scaling.md, section "Presence". `-- --users 100000 --watched 50 --dry`: smaller, and only printed.
import { parseArgs } from 'node:util'
import { machine } from './harness/machine/machine.ts'
import { measureBroadcast, measureWatch } from './watch/measure.ts'
import { writeSection } from './watch/section.ts'

const { values } = parseArgs({
  options: {
    users: { type: 'string', default: '1000000' },
    watched: { type: 'string', default: '50' },
    listeners: { type: 'string', default: '10000' },
    dry: { type: 'boolean', default: false },
  },
})
const [users, watched, listeners] = [values.users, values.watched, values.listeners].map(Number)
if (users === undefined || watched === undefined || listeners === undefined) throw new Error('three numbers')

const where = machine()
// First, while the heap is small.
const broadcast = await measureBroadcast(listeners)
console.log(broadcast)
const watch = await measureWatch({ users, watched })
console.log(watch)
const lines = writeSection({ where, users, watched, listeners, broadcast, watch }, { dry: values.dry })
console.log(lines.join('\n'))
