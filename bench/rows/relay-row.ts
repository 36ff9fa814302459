import { type Bench, floorAndDaemon } from '../harness/bench.ts'
import type { Round } from '../harness/row.ts'
import { commands } from '../shared/commands.ts'

interface Relay {
  readonly kind: 'candidate' | 'sdp'
  readonly warmUp: number
  /** By each pair. */
  readonly messages: number
}

const PAIRS = 50
const WINDOW = 32

/** 50 pairs that keep 32 messages each in flight: what the server's CPU spends on one. */
export function relayCpu(bench: Bench, { kind, warmUp, messages }: Relay): Promise<Round[]> {
  const users = 2 * PAIRS
  return floorAndDaemon(bench, { accounts: users, allAvailable: true }, async (server, load) => {
    const { port, tls } = server
    await load.ask(commands.logIn, { port, tls, from: 0, count: users })
    await load.ask(commands.callInPairs, null)
    await load.ask(commands.flood, { kind, window: WINDOW, messages: warmUp })
    const before = server.cpuUs()
    await load.ask(commands.flood, { kind, window: WINDOW, messages })
    return { cpu: (server.cpuUs() - before) / (PAIRS * messages) }
  })
}
