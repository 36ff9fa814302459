import { setTimeout as sleep } from 'node:timers/promises'
import type { LoadGenerator } from '../../harness/load-generator.ts'
import type { ServerProcess } from '../../harness/servers/server-process.ts'
import { commands } from '../../shared/commands.ts'
import { turnsOfAll } from '../contenders.ts'
import type { Comparison } from './comparison.ts'

/** Those who warm the server up. */
const FIRST = 100

/**
 * As the row rss-tcp of bench/rows, with fewer clients: what RSS grows by from the first 100 to all, of two processes,
 * since the daemon that awaits everybody has memory for them from the beginning.
 */
export const connections: Comparison = {
  name: 'connections',
  figures: {
    rss: 'idle client, of 2,000: RSS, KiB',
    cpu: 'connect and log in: server CPU, µs',
    mainCpu: 'the same, main thread: no hash',
  },
  turns: turnsOfAll(async ({ run, subprotocol }, bench) => {
    const count = bench.pick({ full: 2000, quick: 2000, smoke: 200 })
    const settleMs = bench.pick({ full: 5000, quick: 3000, smoke: 100 })
    const messages = bench.pick({ full: 2000, quick: 1000, smoke: 20 })
    const newcomers = count - FIRST

    async function warmUp({ port, tls }: ServerProcess, load: LoadGenerator): Promise<void> {
      await load.ask(commands.logIn, { port, tls, subprotocol, from: 0, count: FIRST })
      await load.ask(commands.callInPairs, null)
      await load.ask(commands.flood, { kind: 'candidate', window: 32, messages })
    }

    const few = await run({ accounts: count }, async (server, load) => {
      await warmUp(server, load)
      await sleep(settleMs)
      return server.rssBytes()
    })
    return run({ accounts: count, allAvailable: true }, async (server, load) => {
      await warmUp(server, load)
      const before = { all: server.cpuUs(), main: server.mainThreadCpuUs() }
      const { port, tls } = server
      await load.ask(commands.logIn, { port, tls, subprotocol, from: FIRST, count: newcomers })
      const cpu = (server.cpuUs() - before.all) / newcomers
      const mainCpu = (server.mainThreadCpuUs() - before.main) / newcomers
      await sleep(settleMs)
      return { rss: (server.rssBytes() - few) / newcomers / 1024, cpu, mainCpu }
    })
  }),
}
