import type { Bench } from '../harness/bench.ts'
import type { Row } from '../harness/row.ts'
import { type Nodes, withNodes } from '../harness/servers/with-nodes.ts'
import { rssTcp } from '../rows/connections/idle-rss.ts'
import { redisCpuUs } from '../rows/nodes/redis-cpu.ts'
import { relayTwoNodes } from '../rows/nodes/relay-two-nodes.ts'
import { relayCandidate } from '../rows/relay/relay-candidate.ts'
import { commands } from '../shared/commands.ts'
import { median } from '../shared/median.ts'
import { postgresCpuUs, taken } from './postgres-cpu.ts'

/** CPU in microseconds that something takes of all nodes together, of Redis and of PostgreSQL. */
export interface Cost {
  readonly nodes: number
  readonly redis: number
  readonly postgres: number
}

export interface Carried {
  /** Of one node without Redis, where nothing is kept of a signal. */
  readonly relayAlone: Cost
  readonly relayAcross: Cost
  /** Placed, answered and ended, between two nodes. */
  readonly call: Cost
  /** Without the hash of the password. */
  readonly login: Cost
  readonly registration: Cost
  readonly connectionKiB: number
}

export async function measureCarried(bench: Bench): Promise<Carried> {
  const relay = await medians(relayTwoNodes, bench)
  return {
    relayAlone: { nodes: (await medians(relayCandidate, bench))('cpu'), redis: 0, postgres: 0 },
    relayAcross: { nodes: relay('cpu'), redis: relay('redis'), postgres: 0 },
    connectionKiB: (await medians(rssTcp, bench))('rss'),
    call: await measureCalls(bench),
    ...(await measureAccounts(bench)),
  }
}

async function medians(row: Row, bench: Bench): Promise<(figure: string) => number> {
  const lack = row.lacks?.()
  if (lack !== undefined) throw new Error(lack)
  const rounds = await row.run(bench)
  return (figure) => median(rounds.map((round) => round[figure]?.daemon ?? NaN))
}

const CALLERS = 48
/** Both users become busy, and available again. */
const CHANGES_A_CALL = 4

function measureCalls(bench: Bench): Promise<Cost> {
  return withNodes(2, { accounts: CALLERS }, async (all) => {
    const { nodes, load } = all
    // By turns, so that each calls somebody at the other node.
    for (let from = 0; from < CALLERS; from += 1) {
      const node = nodes[from % 2]
      if (node === undefined) throw new Error('two nodes are needed')
      await load.ask(commands.logIn, { port: node.port, tls: node.tls, from, count: 1 })
    }
    await load.ask(commands.quiet, null)
    // So many that it does not matter how long the first ones take, until the code on the way is compiled.
    const cycles = bench.pick({ full: 100, quick: 30, smoke: 1 })
    const flap = { flappers: CALLERS, cycles, durationMs: cycles * 500 }
    return costOf(all, async () => (await load.ask(commands.flap, flap)).changes / CHANGES_A_CALL)
  })
}

function measureAccounts(bench: Bench): Promise<Pick<Carried, 'login' | 'registration'>> {
  const accounts = bench.pick({ full: 2000, quick: 500, smoke: 20 })
  return withNodes(1, { accounts }, async (all) => {
    const { nodes, load } = all
    const [node] = nodes
    if (node === undefined) throw new Error('no node')
    const { port, tls } = node
    // Half of them first, until the code on the way is compiled.
    const count = accounts / 2
    const logIn = async (from: number) => {
      await load.ask(commands.logIn, { port, tls, from, count })
      return count
    }
    await logIn(0)
    const login = await costOf(all, () => logIn(count))
    const register = async (from: number) => {
      await load.ask(commands.register, { port, tls, from, count, atATime: 8 })
      return count
    }
    await register(accounts)
    return { login, registration: await costOf(all, () => register(accounts + count)) }
  })
}

/** What the work costs, by how often it was done. Of a node its main thread counts, which hashes no passwords. */
async function costOf({ nodes, redis, postgres }: Nodes, work: () => Promise<number>): Promise<Cost> {
  const used = async () => ({
    nodes: nodes.reduce((sum, node) => sum + node.mainThreadCpuUs(), 0),
    redis: await redisCpuUs(redis),
    postgres: await postgresCpuUs(postgres),
  })
  const before = await used()
  const times = await work()
  const after = await used()
  return {
    nodes: (after.nodes - before.nodes) / times,
    redis: (after.redis - before.redis) / times,
    postgres: taken(before.postgres, after.postgres) / times,
  }
}
