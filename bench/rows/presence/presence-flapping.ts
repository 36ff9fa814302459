import { floorAndDaemon } from '../../harness/in-turn.ts'
import type { Row } from '../../harness/row.ts'
import { commands } from '../../shared/commands.ts'

export const presenceFlapping: Row = {
  name: 'presence-flapping',
  what: '1,000 users who call and hang up for 10 s, before 2,000 others, until every picture is right',
  figures: {
    cpu: { what: 'server CPU a change', unit: 'µs', against: 'floor', mark: { atMost: 0.25 } },
  },
  run(bench) {
    const flappers = bench.pick({ full: 1000, quick: 200, smoke: 10 })
    const count = flappers + bench.pick({ full: 2000, quick: 2000, smoke: 10 })
    const cycles = 1
    const durationMs = bench.pick({ full: 10_000, quick: 2000, smoke: 200 })
    return floorAndDaemon(bench, { accounts: count, allAvailable: true }, async (server, load) => {
      const { port, tls } = server
      await load.ask(commands.logIn, { port, tls, from: 0, count })
      const before = server.cpuUs()
      const { changes } = await load.ask(commands.flap, { flappers, cycles, durationMs })
      return { cpu: (server.cpuUs() - before) / changes }
    })
  },
}
