import type { machine } from '../harness/machine/machine.ts'
import { count, time } from '../reporting/amounts.ts'
import { byWhom } from '../reporting/measured-section.ts'
import type { Carried, Cost } from './measure.ts'

/** How much of a core may be in use where the rest is for storms. */
const USABLE = 0.5

/** `nodes`: how many share what they cost. */
type Line = readonly [what: string, cost: Cost, nodes: number]

export function section(where: ReturnType<typeof machine>, carried: Carried): readonly string[] {
  const lines: readonly Line[] = [
    ['a signal at one node, without Redis', carried.relayAlone, 1],
    ['a signal from one node to another', carried.relayAcross, 2],
    ['a call between two nodes: placed, answered, ended', carried.call, 2],
    ['a login, besides the hash', carried.login, 1],
    ['a registration, besides the hash', carried.registration, 1],
  ]
  return [
    ...byWhom('bench:carry', where),
    '',
    '| | CPU of the nodes | of Redis | of PostgreSQL | a second and node | a second and Redis | a second and PostgreSQL |',
    '|---|---|---|---|---|---|---|',
    ...lines.map(row),
    '',
    `- The last three columns say how many there may be where half of one core is for them alone.`,
    `- A connection that is logged in and idle takes ${count(carried.connectionKiB)} KiB of a node without Redis.`,
  ]
}

function row([what, { nodes, redis, postgres }, count]: Line): string {
  const costs = [nodes, redis, postgres]
  const limits = [nodes / count, redis, postgres]
  return `| ${[what, ...costs.map(timeOrNone), ...limits.map(perSecond)].join(' | ')} |`
}

/** What is less than a tenth of a microsecond is what goes on in any case. */
const NOTHING_US = 0.1

function timeOrNone(us: number): string {
  return us < NOTHING_US ? '' : time(us)
}

function perSecond(us: number): string {
  return us < NOTHING_US ? '' : count((USABLE * 1e6) / us)
}
