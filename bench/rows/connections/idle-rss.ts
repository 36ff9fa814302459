import { setTimeout as sleep } from 'node:timers/promises'
import type { Bench } from '../../harness/bench.ts'
import { inTurn } from '../../harness/in-turn.ts'
import { withDaemon, withFloor } from '../../harness/servers/with-server.ts'
import type { LoadGenerator } from '../../harness/load-generator.ts'
import type { Round, Row } from '../../harness/row.ts'
import type { ServerProcess } from '../../harness/servers/server-process.ts'
import type { Subprotocol } from '../../shared/web-socket-stream.ts'
import { commands } from '../../shared/commands.ts'

/** Time for what a crowd of logins leaves behind to be collected. */
const SETTLE_MS = 5000

/** Those who warm the server up. */
const FIRST = 100

export const rssTcp: Row = {
  name: 'rss-tcp',
  what: 'RSS of a connection that is logged in and idle, at 9,000',
  figures: { rss: { what: 'RSS a connection', unit: 'KiB', against: 'floor', mark: { atMost: 2.5 } } },
  run: (bench) => idleRss(bench, bench.pick({ full: 9000, quick: 9000, smoke: 200 }), false),
}

export const rssTls: Row = {
  name: 'rss-tls',
  what: 'The same over TLS, at 3,000',
  figures: { rss: { what: 'RSS a connection', unit: 'KiB', against: 'TLS floor', mark: { atMost: 1.25 } } },
  run: (bench) => idleRss(bench, bench.pick({ full: 3000, quick: 3000, smoke: 200 }), true),
}

/** What a WebSocket may take besides, in KiB, for all that a session has and a bare connection has not. */
const ALLOWANCE = 4

export const rssWebSocket: Row = {
  name: 'rss-ws',
  what: 'RSS of a WebSocket that is logged in and idle, less 4 KiB, at 5,000',
  figures: {
    rss: { what: 'RSS a connection', unit: 'KiB', against: 'bare ws', mark: { atMost: 1.15 } },
  },
  async run(bench) {
    const count = bench.pick({ full: 5000, quick: 5000, smoke: 200 })
    const rounds = await idleRss(bench, count, false, 'roomrtc.binary')
    return rounds.map(({ rss = { daemon: NaN, base: NaN } }) => ({
      rss: { ...rss, daemon: rss.daemon - ALLOWANCE },
    }))
  },
}

function idleRss(bench: Bench, count: number, tls: boolean, subprotocol?: Subprotocol): Promise<Round[]> {
  const messages = bench.pick({ full: 2000, quick: 2000, smoke: 20 })
  const settleMs = bench.pick({ full: SETTLE_MS, quick: SETTLE_MS, smoke: 100 })

  // Some relaying first, so that the engine's nursery, which grows with the first work and stays, is not taken for
  // connections.
  async function warmUp({ port }: ServerProcess, load: LoadGenerator): Promise<void> {
    await load.ask(commands.logIn, { port, tls, subprotocol, from: 0, count: FIRST })
    await load.ask(commands.callInPairs, null)
    await load.ask(commands.flood, { kind: 'candidate', window: 32, messages })
  }

  // What few connections take is that of another process: this one had everybody's waiting session to begin with.
  async function perConnection(start: typeof withDaemon): Promise<{ rss: number }> {
    const few = await start({ accounts: count, tls, subprotocol }, async (server, load) => {
      await warmUp(server, load)
      await sleep(settleMs)
      return server.rssBytes()
    })
    const all = await start(
      { accounts: count, allAvailable: true, tls, subprotocol },
      async (server, load) => {
        await warmUp(server, load)
        const { port } = server
        // Over TLS one after another: in a crowd the handshakes leave their buffers to each other, so that what a connection
        // keeps is not seen (NOTES.md).
        const atATime = tls ? 1 : undefined
        await load.ask(commands.logIn, {
          ...{ port, tls, subprotocol },
          ...{ from: FIRST, count: count - FIRST, atATime },
        })
        await sleep(settleMs)
        return server.rssBytes()
      },
    )
    return { rss: (all - few) / (count - FIRST) / 1024 }
  }

  return inTurn(bench, { base: () => perConnection(withFloor), daemon: () => perConnection(withDaemon) })
}
