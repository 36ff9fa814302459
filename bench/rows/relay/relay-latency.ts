import { floorAndDaemon } from '../../harness/in-turn.ts'
import type { Row } from '../../harness/row.ts'
import { commands } from '../../shared/commands.ts'

const PAIRS = 50
const PER_SECOND = 20

export const relayLatency: Row = {
  name: 'relay-latency',
  what: 'Relay at 20 candidates a second and pair, 50 pairs: one way',
  figures: {
    p50: { what: 'p50', unit: 'µs', against: 'floor', mark: { atMost: 1.5 } },
    p99: { what: 'p99', unit: 'µs', against: 'floor', mark: { atMost: 1.5 } },
  },
  run(bench) {
    const users = 2 * PAIRS
    const kind = 'candidate'
    const perSecond = PER_SECOND
    return floorAndDaemon(bench, { accounts: users, allAvailable: true }, async ({ port, tls }, load) => {
      await load.ask(commands.logIn, { port, tls, from: 0, count: users })
      await load.ask(commands.callInPairs, null)
      // Until the code on the way is compiled.
      await load.ask(commands.flood, {
        kind,
        window: 4,
        messages: bench.pick({ full: 500, quick: 500, smoke: 4 }),
      })
      const durationMs = bench.pick({ full: 5000, quick: 3000, smoke: 200 })
      const { p50Us, p99Us } = await load.ask(commands.pace, { kind, perSecond, durationMs })
      return { p50: p50Us, p99: p99Us }
    })
  },
}
