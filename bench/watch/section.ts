import { readFileSync } from 'node:fs'
import type { machine } from '../harness/machine/machine.ts'
import { count, time } from '../reporting/amounts.ts'
import { byWhom, writeMeasured } from '../reporting/measured-section.ts'
import type { Cost, Watched } from './measure.ts'

/** Each user's state changes so often in an hour: a few calls, a login and its end. */
const CHANGES_AN_HOUR = 6

interface Figures {
  readonly where: ReturnType<typeof machine>
  readonly users: number
  readonly watched: number
  readonly listeners: number
  readonly broadcast: Cost
  readonly watch: Watched
}

/** Puts the figures into the document, between its marks; gives them. */
export function writeSection(figures: Figures, { dry }: { readonly dry: boolean }): readonly string[] {
  const lines = section(figures)
  if (dry) return lines
  writeMeasured('presence', lines)
  return lines
}

function section({ where, users, watched, listeners, broadcast, watch }: Figures): readonly string[] {
  const factor = users / listeners
  const scaled = { messages: broadcast.messages * factor, cpuUs: broadcast.cpuUs * factor }
  const perSecond = (users * CHANGES_AN_HOUR) / 3600
  const many = count(users)
  const writeUs = costOfWriting()
  const row = (name: string, { messages, cpuUs }: Cost, load = true): string => {
    const whole = cpuUs + messages * writeUs
    const under = load ? [count(messages * perSecond), count((whole * perSecond) / 1e6)] : ['', '']
    return `| ${[name, count(messages), time(cpuUs), time(whole), ...under].join(' | ')} |`
  }
  return [
    ...byWhom('bench:watch', where),
    '',
    '| who is told of a change | messages | CPU, up to the sockets | CPU, written | messages a second | cores |',
    '|---|---|---|---|---|---|',
    row(`everybody, ${count(listeners)} users`, broadcast, false),
    row(`everybody, ${many} users (scaled)`, scaled),
    row(`those who watch, ${many} users with ${watched} each`, watch.alone),
    row('the same, merged in a storm', watch.together),
    '',
    `- To write a message takes ${time(writeUs)} ([bench/report.md](../bench/report.md), a change told to all).`,
    `- The last two columns are for ${count(perSecond)} changes a second: each user's state changes ${CHANGES_AN_HOUR} times an hour.`,
    `- One user whom one session watches takes ${watch.bytesAnEntry.toFixed(0)} bytes.`,
    `- A WATCH that names ${watched} other users takes ${time(watch.replaceUs)}, beside reading and answering it.`,
    `- The whole took ${watch.seconds.toFixed(0)} s of CPU and a heap of ${count(watch.heapMiB)} MiB.`,
  ]
}

/** In microseconds: what the daemon takes for a change, by the number of those who are told, the most of them. */
function costOfWriting(): number {
  const report = readFileSync('bench/report.md', 'utf8')
  const rows = [...report.matchAll(/^\| (\d+) \| [^|]+ \| [^|]+ \| (\d+) \/ \d+ \|/gm)]
  const [, connections, us] = rows.at(-1) ?? []
  if (connections === undefined || us === undefined)
    throw new Error('bench/report.md has no growth of a change')
  return Number(us) / Number(connections)
}
