import { floorAndDaemon } from '../../harness/in-turn.ts'
import type { Row } from '../../harness/row.ts'
import { commands } from '../../shared/commands.ts'

export const presenceChange: Row = {
  name: 'presence-change',
  what: 'One change of state told to 2,000 who are idle',
  figures: {
    time: { what: 'until the last has it', unit: 'µs', against: 'floor', mark: { atMost: 1.3 } },
  },
  run(bench) {
    // The listeners, one of whom is called, and whose state changes.
    const count = 1 + bench.pick({ full: 2000, quick: 2000, smoke: 20 })
    const changes = bench.pick({ full: 100, quick: 40, smoke: 4 })
    return floorAndDaemon(bench, { accounts: count, allAvailable: true }, async ({ port, tls }, load) => {
      await load.ask(commands.logIn, { port, tls, from: 0, count })
      await load.ask(commands.tellAll, { changes: bench.pick({ full: 20, quick: 20, smoke: 2 }), pauseMs: 0 })
      return { time: await load.ask(commands.tellAll, { changes, pauseMs: 20 }) }
    })
  },
}
