import type { Bench } from '../../harness/bench.ts'
import { inTurn } from '../../harness/in-turn.ts'
import type { LoadGenerator } from '../../harness/load-generator.ts'
import type { Row } from '../../harness/row.ts'
import type { ServerProcess } from '../../harness/servers/server-process.ts'
import { lacksNodes, withNodes } from '../../harness/servers/with-nodes.ts'
import { withDaemon } from '../../harness/servers/with-server.ts'
import { commands } from '../../shared/commands.ts'
import { clientCommands } from './client-commands.ts'

const PAIRS = 50
const WINDOW = 32
const PER_SECOND = 20

const ONE = 'one node without Redis'

export const relayTwoNodes: Row = {
  name: 'relay-two-nodes',
  what: 'Relay of an ICE candidate between sessions that outlive a connection, 50 pairs, caller and callee at different nodes',
  lacks: lacksNodes,
  figures: {
    p50: { what: 'p50 at 20 a second and pair', unit: 'µs', against: ONE, mark: { atMost: 3 } },
    p99: { what: 'p99 at 20 a second and pair', unit: 'µs', against: ONE, mark: { atMost: 5 } },
    cpu: {
      what: 'CPU a message of both nodes, 32 in flight',
      unit: 'µs',
      against: ONE,
      mark: { atMost: 4 },
    },
    writes: {
      what: 'scripts that Redis runs a message, paced',
      unit: '',
      against: undefined,
      mark: { atMost: 1 },
    },
    reads: {
      what: 'other commands that Redis gets a message, paced',
      unit: '',
      against: undefined,
      mark: undefined,
    },
  },
  run: (bench) =>
    inTurn(bench, {
      base: () =>
        withDaemon({ accounts: 2 * PAIRS, allAvailable: true }, (server, load) =>
          relay(bench, [server], load),
        ),
      daemon: () =>
        withNodes(2, { accounts: 2 * PAIRS }, ({ nodes, redis, load }) =>
          relay(bench, nodes, load, () => clientCommands(redis)),
        ),
    }),
}

/** The first half of the users at the first node, and those whom they call at the last. */
async function relay(
  bench: Bench,
  nodes: readonly ServerProcess[],
  load: LoadGenerator,
  asked?: () => Promise<{ readonly scripts: number; readonly others: number }>,
): Promise<Readonly<Record<'p50' | 'p99' | 'cpu' | 'writes' | 'reads', number>>> {
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
  const cpuUs = () => nodes.reduce((sum, node) => sum + node.cpuUs(), 0)
  const cpuBefore = cpuUs()
  await load.ask(commands.flood, { kind, window: WINDOW, messages })
  const cpu = (cpuUs() - cpuBefore) / (PAIRS * messages)

  const durationMs = bench.pick({ full: 5000, quick: 3000, smoke: 200 })
  const before = await asked?.()
  const { p50Us, p99Us } = await load.ask(commands.pace, { kind, perSecond: PER_SECOND, durationMs })
  const after = await asked?.()
  const paced = PAIRS * Math.round((durationMs / 1000) * PER_SECOND)
  return {
    p50: p50Us,
    p99: p99Us,
    cpu,
    ...(before === undefined || after === undefined
      ? { writes: 1, reads: 1 }
      : { writes: (after.scripts - before.scripts) / paced, reads: (after.others - before.others) / paced }),
  }
}
