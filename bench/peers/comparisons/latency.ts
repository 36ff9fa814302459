import { commands } from '../../shared/commands.ts'
import { relayServer } from '../../rows/relay/relay-row.ts'
import { turnsOfAll } from '../contenders.ts'
import type { Comparison } from './comparison.ts'

const CLIENTS = 100
const PER_SECOND = 20

/** As the row relay-latency. */
export const latency: Comparison = {
  name: 'latency',
  figures: {
    p50: 'candidate, 20 a second and pair: p50, µs',
    p99: 'the same: p99, µs',
  },
  turns: turnsOfAll(({ run, subprotocol }, bench) =>
    run(relayServer, async ({ port, tls }, load) => {
      const kind = 'candidate'
      await load.ask(commands.logIn, { port, tls, subprotocol, from: 0, count: CLIENTS })
      await load.ask(commands.callInPairs, null)
      // Until the code on the way is compiled.
      await load.ask(commands.flood, {
        kind,
        window: 4,
        messages: bench.pick({ full: 500, quick: 500, smoke: 4 }),
      })
      const durationMs = bench.pick({ full: 5000, quick: 3000, smoke: 200 })
      const { p50Us, p99Us } = await load.ask(commands.pace, { kind, perSecond: PER_SECOND, durationMs })
      return { p50: p50Us, p99: p99Us }
    }),
  ),
}
