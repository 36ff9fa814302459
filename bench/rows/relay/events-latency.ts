import type { Row } from '../../harness/row.ts'
import { inTurn } from '../../harness/in-turn.ts'
import { withDaemon } from '../../harness/servers/with-server.ts'
import { commands } from '../../shared/commands.ts'
import type { Bench } from '../../harness/bench.ts'

const PAIRS = 20
const PER_SECOND = 10

type Listening = 'roomrtc.json' | 'stream' | 'poll'

function eventsLatency(name: string, what: string, listening: Listening): Row {
  return {
    name,
    what: `${what}: 20 pairs at 10 candidates a second, one way`,
    figures: {
      p50: { what: 'p50', unit: 'µs', against: 'WebSocket', mark: undefined },
      p99: { what: 'p99', unit: 'µs', against: 'WebSocket', mark: { atMost: 2 } },
    },
    run: (bench) =>
      inTurn(bench, {
        base: () => latency(bench, 'roomrtc.json'),
        daemon: () => latency(bench, listening),
      }),
  }
}

/** Whoever sends does so over a WebSocket. */
function latency(bench: Bench, subprotocol: Listening) {
  const options = { accounts: 2 * PAIRS, subprotocol: 'roomrtc.binary' } as const
  return withDaemon(options, async ({ port }, load) => {
    const address = { port, tls: false, count: PAIRS, resumable: true }
    await load.ask(commands.logIn, { ...address, subprotocol: 'roomrtc.binary', from: 0 })
    await load.ask(commands.logIn, { ...address, subprotocol, from: PAIRS })
    await load.ask(commands.callAcross, null)
    const kind = 'candidate'
    // Until the code on the way is compiled.
    await load.ask(commands.pace, {
      kind,
      perSecond: PER_SECOND,
      durationMs: bench.pick({ full: 3000, quick: 2000, smoke: 200 }),
    })
    const durationMs = bench.pick({ full: 6000, quick: 4000, smoke: 200 })
    const { p50Us, p99Us } = await load.ask(commands.pace, { kind, perSecond: PER_SECOND, durationMs })
    return { p50: p50Us, p99: p99Us }
  })
}

export const streamLatency = eventsLatency(
  'events-stream',
  'An event reaches a client of an event stream',
  'stream',
)
export const pollLatency = eventsLatency('events-poll', 'An event reaches a client that polls', 'poll')
