import { inTurn } from '../../harness/in-turn.ts'
import { withDaemon } from '../../harness/servers/with-server.ts'
import type { Row } from '../../harness/row.ts'
import { commands } from '../../shared/commands.ts'

const LIMIT = 100

export const userList: Row = {
  name: 'user-list',
  what: 'A page of 100 of the user list where there are 200,000 accounts',
  figures: {
    cpu: { what: 'server CPU a page', unit: 'µs', against: 'where there are 200', mark: { atMost: 5 } },
  },
  run(bench) {
    const many = bench.pick({ full: 200_000, quick: 200_000, smoke: 2000 })
    const warmUp = bench.pick({ full: 500, quick: 300, smoke: 5 })
    const pages = bench.pick({ full: 3000, quick: 1000, smoke: 20 })
    const cost = (accounts: number) =>
      withDaemon({ accounts }, async (server, load) => {
        await load.ask(commands.logIn, { port: server.port, tls: server.tls, from: 0, count: 1 })
        await load.ask(commands.listUsers, { pages: warmUp, limit: LIMIT })
        const before = server.cpuUs()
        await load.ask(commands.listUsers, { pages, limit: LIMIT })
        return { cpu: (server.cpuUs() - before) / pages }
      })
    return inTurn(bench, { base: () => cost(200), daemon: () => cost(many) })
  },
}
