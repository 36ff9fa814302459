import { startRedis } from '../../../tests/support/programs/redis-server.ts'
import type { Bench } from '../../harness/bench.ts'
import { LoadGenerator } from '../../harness/load-generator.ts'
import { withDirectory } from '../../harness/machine/with-directory.ts'
import { startServer } from '../../harness/servers/server-process.ts'
import { type Nodes, withNodes } from '../../harness/servers/with-nodes.ts'
import { ACCOUNTS_ACROSS, relayAcross } from '../../rows/nodes/relay-across.ts'
import { here } from '../contenders.ts'
import type { Comparison } from './comparison.ts'

/** As the row relay-two-nodes, of those that use Redis between their nodes. */
export const nodes: Comparison = {
  name: 'nodes',
  figures: {
    cpu: 'candidate from node to node: CPU of both nodes, µs',
    redis: 'the same: CPU of Redis, µs',
    p50: 'the same, 20 a second and pair: p50, µs',
    p99: 'the same: p99, µs',
  },
  turns: [
    {
      contender: 'daemon',
      measure: (bench) => withNodes(2, { accounts: ACCOUNTS_ACROSS }, measureOf(bench)),
    },
    { contender: 'socket-io', measure: (bench) => withTwoOfSocketIo(measureOf(bench)) },
  ],
}

type OnRedis = Pick<Nodes, 'nodes' | 'redis' | 'load'>

function measureOf(bench: Bench) {
  return async ({ nodes: both, redis, load }: OnRedis): Promise<Readonly<Record<string, number>>> => {
    const { cpu, redis: redisCpu, p50, p99 } = await relayAcross(bench, both, load, redis)
    return { cpu, redis: redisCpu, p50, p99 }
  }
}

/** With the adapter by which its servers publish to each other. */
async function withTwoOfSocketIo<T>(task: (nodes: OnRedis) => Promise<T>): Promise<T> {
  const ends: (() => unknown)[] = []
  try {
    return await withDirectory(async (cwd) => {
      const redis = await startRedis(ends)
      const start = async () => {
        const server = await startServer({
          args: [here('servers/socket-io.mjs')],
          cwd,
          env: { REDIS_URL: redis.url },
          tls: false,
          portIn: Number,
        })
        ends.push(() => server.stop())
        return server
      }
      const both = [await start(), await start()]
      const load = new LoadGenerator(here('clients/socket-io.mjs'))
      ends.push(() => load.stop())
      return await task({ nodes: both, redis, load })
    })
  } finally {
    for (const end of ends.toReversed()) await end()
  }
}
