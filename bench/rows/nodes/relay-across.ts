import type { RedisServer } from '../../../tests/support/programs/redis-server.ts'
import type { Bench } from '../../harness/bench.ts'
import type { LoadGenerator } from '../../harness/load-generator.ts'
import type { ServerProcess } from '../../harness/servers/server-process.ts'
import { commands } from '../../shared/commands.ts'
import { clientCommands } from './client-commands.ts'
import { redisCpuUs } from './redis-cpu.ts'

const PAIRS = 50
const WINDOW = 32
const PER_SECOND = 20

export const ACCOUNTS_ACROSS = 2 * PAIRS

/** Of one message; what Redis does is 1 where there is none, as that stands beside nothing. */
export interface RelayAcross {
  readonly p50: number
  readonly p99: number
  readonly cpu: number
  readonly redis: number
  readonly writes: number
  readonly reads: number
}

/** The first half of the users at the first node, and those whom they call at the last. */
export async function relayAcross(
  bench: Bench,
  nodes: readonly ServerProcess[],
  load: LoadGenerator,
  redis?: RedisServer,
): Promise<RelayAcross & Readonly<Record<string, number>>> {
  for (const [half, node] of [nodes.at(0), nodes.at(-1)].entries()) {
    if (node === undefined) throw new Error('no node')
    const { port, tls } = node
    await load.ask(commands.logIn, { port, tls, from: half * PAIRS, count: PAIRS, resumable: true })
  }
  await load.ask(commands.callAcross, null)
  const kind = 'candidate'
  const warmUp = bench.pick({ full: 1000, quick: 400, smoke: 10 })
  await load.ask(commands.flood, { kind, window: WINDOW, messages: warmUp })

  const messages = bench.pick({ full: 4000, quick: 2000, smoke: 100 })
  const used = async () => ({
    nodes: nodes.reduce((sum, node) => sum + node.cpuUs(), 0),
    redis: redis === undefined ? 0 : await redisCpuUs(redis),
  })
  const idle = await used()
  await load.ask(commands.flood, { kind, window: WINDOW, messages })
  const busy = await used()
  const flooded = PAIRS * messages

  const durationMs = bench.pick({ full: 5000, quick: 3000, smoke: 200 })
  const before = redis && (await clientCommands(redis))
  const { p50Us, p99Us } = await load.ask(commands.pace, { kind, perSecond: PER_SECOND, durationMs })
  const after = redis && (await clientCommands(redis))
  const paced = PAIRS * Math.round((durationMs / 1000) * PER_SECOND)
  const asked = (which: 'scripts' | 'others') =>
    before === undefined || after === undefined ? 1 : (after[which] - before[which]) / paced
  return {
    p50: p50Us,
    p99: p99Us,
    cpu: (busy.nodes - idle.nodes) / flooded,
    redis: redis === undefined ? 1 : (busy.redis - idle.redis) / flooded,
    writes: asked('scripts'),
    reads: asked('others'),
  }
}
