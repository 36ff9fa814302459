import type { Bench } from '../../harness/bench.ts'
import { inTurn } from '../../harness/in-turn.ts'
import type { LoadGenerator } from '../../harness/load-generator.ts'
import type { Row } from '../../harness/row.ts'
import type { ServerProcess } from '../../harness/servers/server-process.ts'
import { lacksNodes, withNodes } from '../../harness/servers/with-nodes.ts'
import { withDaemon } from '../../harness/servers/with-server.ts'
import { commands } from '../../shared/commands.ts'

const NODES = 4
/** In pairs at one node. A cycle of a pair is four changes, so 48 make 96 changes a second. */
const FLAPPERS = 48
const CYCLE_MS = 1000

export const presenceNodes: Row = {
  name: 'presence-nodes',
  what: '96 changes a second before 4,000 users at four nodes',
  lacks: lacksNodes,
  figures: {
    cpu: {
      what: 'CPU of a node a change, mean of the nodes',
      unit: 'µs',
      against: 'one node without Redis, with as many clients as one of them and as many changes',
      mark: { atMost: 1.3 },
    },
  },
  run(bench) {
    const clients = bench.pick({ full: 1000, quick: 250, smoke: FLAPPERS })
    return inTurn(bench, {
      base: () =>
        withDaemon({ accounts: clients, allAvailable: true }, (server, load) =>
          tellOfChanges(bench, [server], load, clients),
        ),
      daemon: () =>
        withNodes(NODES, { accounts: NODES * clients }, ({ nodes, load }) =>
          tellOfChanges(bench, nodes, load, clients),
        ),
    })
  },
}

/** So many clients at each node. Whoever flaps logs in first, as many at each. */
async function tellOfChanges(
  bench: Bench,
  nodes: readonly ServerProcess[],
  load: LoadGenerator,
  clients: number,
): Promise<{ readonly cpu: number }> {
  const flappers = FLAPPERS / nodes.length
  let from = 0
  for (const count of [flappers, clients - flappers])
    for (const { port, tls } of nodes) {
      await load.ask(commands.logIn, { port, tls, from, count })
      from += count
    }
  await load.ask(commands.quiet, null)
  const cycles = bench.pick({ full: 10, quick: 5, smoke: 1 })
  const cpuUs = () => nodes.reduce((sum, node) => sum + node.cpuUs(), 0) / nodes.length
  const before = cpuUs()
  const flap = { flappers: FLAPPERS, cycles, durationMs: cycles * CYCLE_MS }
  const { changes } = await load.ask(commands.flap, flap)
  return { cpu: (cpuUs() - before) / changes }
}
