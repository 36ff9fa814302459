import { inTurn } from '../../harness/in-turn.ts'
import type { Row } from '../../harness/row.ts'
import { withDaemon } from '../../harness/servers/with-server.ts'
import { commands } from '../../shared/commands.ts'
import { AT_A_TIME } from './registrations.ts'

export const registrationGrowth: Row = {
  name: 'registration-growth',
  what: 'A registration where there are 100,000 accounts, bcrypt cost 4',
  figures: {
    cpu: {
      what: 'CPU of the main thread',
      unit: 'µs',
      against: 'where there are 100',
      mark: { atMost: 1.2 },
    },
  },
  run(bench) {
    const many = bench.pick({ full: 100_000, quick: 100_000, smoke: 1000 })
    const warmUp = bench.pick({ full: 1000, quick: 500, smoke: 64 })
    const count = bench.pick({ full: 3000, quick: 1500, smoke: 64 })
    const cost = (accounts: number) =>
      withDaemon({ accounts }, async (server, load) => {
        const { port, tls } = server
        const atATime = AT_A_TIME
        await load.ask(commands.register, { port, tls, from: accounts, count: warmUp, atATime })
        const before = server.mainThreadCpuUs()
        await load.ask(commands.register, { port, tls, from: accounts + warmUp, count, atATime })
        return { cpu: (server.mainThreadCpuUs() - before) / count }
      })
    return inTurn(bench, { base: () => cost(100), daemon: () => cost(many) })
  },
}
