import type { Bench } from '../../harness/bench.ts'
import { floorAndDaemon } from '../../harness/in-turn.ts'
import type { Round } from '../../harness/row.ts'
import type { Task } from '../../harness/servers/with-server.ts'
import type { Subprotocol } from '../../shared/web-socket-stream.ts'
import { commands } from '../../shared/commands.ts'

interface Relay {
  readonly kind: 'candidate' | 'sdp'
  readonly warmUp: number
  /** By each pair. */
  readonly messages: number
  /** Between sessions that can be resumed. */
  readonly resumable?: boolean
  readonly subprotocol?: Subprotocol | undefined
  /** How many are in a room together; in pairs they call each other where it is absent. */
  readonly roomSize?: number
}

const PAIRS = 50
const WINDOW = 32

export function candidates(bench: Bench): Relay {
  return {
    kind: 'candidate',
    warmUp: bench.pick({ full: 1000, quick: 400, smoke: 10 }),
    messages: bench.pick({ full: 4000, quick: 2000, smoke: 100 }),
  }
}

export function sdps(bench: Bench): Relay {
  return {
    kind: 'sdp',
    warmUp: bench.pick({ full: 400, quick: 200, smoke: 5 }),
    messages: bench.pick({ full: 2000, quick: 800, smoke: 20 }),
  }
}

/** 50 pairs that keep 32 messages each in flight: what the server's CPU spends on one. */
export function relayCpu(bench: Bench, relay: Relay): Promise<Round[]> {
  return floorAndDaemon(bench, { ...relayServer, subprotocol: relay.subprotocol }, relayTask(relay))
}

export const relayServer = { accounts: 2 * PAIRS, allAvailable: true }

export function relayTask({
  kind,
  warmUp,
  messages,
  resumable = false,
  subprotocol,
  roomSize,
}: Relay): Task<{ cpu: number }> {
  return async (server, load) => {
    const { port, tls } = server
    await load.ask(commands.logIn, {
      ...{ port, tls, subprotocol },
      ...{ from: 0, count: 2 * PAIRS, resumable },
    })
    if (roomSize === undefined) await load.ask(commands.callInPairs, null)
    else await load.ask(commands.joinRooms, { size: roomSize })
    await load.ask(commands.flood, { kind, window: WINDOW, messages: warmUp })
    const before = server.cpuUs()
    await load.ask(commands.flood, { kind, window: WINDOW, messages })
    return { cpu: (server.cpuUs() - before) / (PAIRS * messages) }
  }
}
