import { inTurn } from '../../harness/in-turn.ts'
import type { LoadGenerator } from '../../harness/load-generator.ts'
import type { Row } from '../../harness/row.ts'
import type { ServerProcess } from '../../harness/servers/server-process.ts'
import { lacksNodes, withNodes } from '../../harness/servers/with-nodes.ts'
import { withDaemon } from '../../harness/servers/with-server.ts'
import { commands } from '../../shared/commands.ts'

export const deadNode: Row = {
  name: 'dead-node',
  what: 'A node with 2,000 sessions is killed, and all resume at once at another',
  lacks: lacksNodes,
  figures: {
    time: {
      what: 'until all are back',
      unit: 'ms',
      against: 'as many that were cut off and resume at one node without Redis',
      mark: { atMost: 2 },
    },
  },
  run(bench) {
    const accounts = bench.pick({ full: 2000, quick: 500, smoke: 20 })
    return inTurn(bench, {
      base: () => withDaemon({ accounts }, (server, load) => resumeAt(server, load, accounts)),
      daemon: () =>
        withNodes(2, { accounts }, async ({ nodes: [first, second], load }) => {
          if (first === undefined || second === undefined) throw new Error('two nodes are needed')
          return resumeAt(second, load, accounts, first)
        }),
    })
  },
}

async function resumeAt(
  to: ServerProcess,
  load: LoadGenerator,
  count: number,
  dying?: ServerProcess,
): Promise<{ readonly time: number }> {
  const { port, tls } = dying ?? to
  await load.ask(commands.logInResumable, { port, tls, from: 0, count })
  await load.ask(commands.expectCut, null)
  await dying?.stop()
  return { time: await load.ask(commands.resumeAll, { port: to.port, tls: to.tls }) }
}
