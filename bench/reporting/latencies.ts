import type { Bench } from '../harness/bench.ts'
import type { withDaemon } from '../harness/servers/with-server.ts'
import { commands, type Latency } from '../shared/commands.ts'

const USERS = 100

/** One way, at several rates a pair; 50 pairs. */
export function latencies(bench: Bench, start: typeof withDaemon): Promise<Map<number, Latency>> {
  const kind = 'candidate'
  const durationMs = bench.pick({ full: 10_000, quick: 3000, smoke: 200 })
  return start({ accounts: USERS, allAvailable: true }, async ({ port, tls }, load) => {
    await load.ask(commands.logIn, { port, tls, from: 0, count: USERS })
    await load.ask(commands.callInPairs, null)
    await load.ask(commands.flood, { kind, window: 4, messages: 500 })
    const found = new Map<number, Latency>()
    for (const perSecond of [20, 100]) {
      found.set(perSecond, await load.ask(commands.pace, { kind, perSecond, durationMs }))
    }
    return found
  })
}
