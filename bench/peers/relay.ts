import type { Bench } from '../harness/bench.ts'
import { commands } from '../shared/commands.ts'
import type { Comparison } from './comparison.ts'

const PAIRS = 50
const WINDOW = 32

export const candidate = relay('candidate', 'relayed candidate: server CPU, µs', (bench) => ({
  warmUp: bench.pick({ full: 1000, quick: 400, smoke: 10 }),
  messages: bench.pick({ full: 4000, quick: 2000, smoke: 100 }),
}))

export const sdp = relay('sdp', 'relayed 6 KB SDP: server CPU, µs', (bench) => ({
  warmUp: bench.pick({ full: 400, quick: 200, smoke: 5 }),
  messages: bench.pick({ full: 2000, quick: 800, smoke: 20 }),
}))

/** As the rows relay-candidate and relay-sdp of bench/rows have it: 50 pairs that keep 32 messages each in flight. */
function relay(
  kind: 'candidate' | 'sdp',
  what: string,
  sizes: (bench: Bench) => { readonly warmUp: number; readonly messages: number },
): Comparison {
  return {
    name: kind,
    figures: { cpu: what },
    measure({ run }, bench) {
      const { warmUp, messages } = sizes(bench)
      const users = 2 * PAIRS
      return run({ accounts: users, allAvailable: true }, async (server, load) => {
        const { port, tls } = server
        await load.ask(commands.logIn, { port, tls, from: 0, count: users })
        await load.ask(commands.callInPairs, null)
        await load.ask(commands.flood, { kind, window: WINDOW, messages: warmUp })
        const before = server.cpuUs()
        await load.ask(commands.flood, { kind, window: WINDOW, messages })
        return { cpu: (server.cpuUs() - before) / (PAIRS * messages) }
      })
    },
  }
}
