import { setTimeout as sleep } from 'node:timers/promises'
import type { Bench } from '../harness/bench.ts'
import type { withDaemon } from '../harness/servers/with-server.ts'
import { commands } from '../shared/commands.ts'

/** What a server needs when so many are logged in. */
export interface AtSize {
  readonly connections: number
  /** Of the whole process. */
  readonly rssMiB: number
  /** Of a candidate that is relayed between 50 pairs of them. */
  readonly relayCpuUs: number
  /** Of a change of state that is told to all: server CPU, and the time until the last has it. */
  readonly changeCpuUs: number
  readonly changeMs: number
}

const PAIRS = 50
const WINDOW = 32
const SETTLE_MS = 3000

/** One process that grows, so that the sizes differ in nothing but their connections. */
export function growth(bench: Bench, start: typeof withDaemon): Promise<AtSize[]> {
  const sizes = bench.pick({
    full: [100, 1000, 2000, 3000, 5000, 7000, 9000],
    quick: [100, 1000, 3000],
    smoke: [100, 200],
  })
  const messages = bench.pick({ full: 2000, quick: 1000, smoke: 50 })
  const changes = bench.pick({ full: 40, quick: 20, smoke: 4 })
  const settleMs = bench.pick({ full: SETTLE_MS, quick: 1000, smoke: 50 })
  const flood = { kind: 'candidate', window: WINDOW } as const

  return start({ accounts: sizes.at(-1) ?? 0, allAvailable: true }, async (server, load) => {
    const { port, tls } = server
    const points: AtSize[] = []
    // Two more, free to change their state: the pairs are in calls.
    await load.ask(commands.logIn, { port, tls, from: 0, count: 2 * PAIRS - 2 })
    await load.ask(commands.callInPairs, null)
    await load.ask(commands.flood, { ...flood, messages })
    let connections = 2 * PAIRS - 2
    for (const size of sizes) {
      await load.ask(commands.logIn, { port, tls, from: connections, count: size - connections })
      connections = size
      await sleep(settleMs)
      const rssMiB = server.rssBytes() / 2 ** 20
      const before = server.cpuUs()
      await load.ask(commands.flood, { ...flood, messages })
      const relayed = server.cpuUs()
      const changeUs = await load.ask(commands.tellAll, { changes, pauseMs: 5 })
      const told = server.cpuUs()
      points.push({
        connections,
        rssMiB,
        relayCpuUs: (relayed - before) / (messages * (PAIRS - 1)),
        changeCpuUs: (told - relayed) / changes,
        changeMs: changeUs / 1000,
      })
    }
    return points
  })
}
