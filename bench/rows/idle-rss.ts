import { setTimeout as sleep } from 'node:timers/promises'
import { type Bench, inTurn, withDaemon, withFloor } from '../harness/bench.ts'
import type { Round, Row } from '../harness/row.ts'
import { commands } from '../shared/commands.ts'

/** Time for what a crowd of logins leaves behind to be collected. */
const SETTLE_MS = 5000

export const rssTcp: Row = {
  name: 'rss-tcp',
  what: 'RSS of a connection that is logged in and idle, at 9,000',
  figures: { rss: { what: 'RSS a connection', unit: 'KiB', against: 'floor', mark: { atMost: 2.5 } } },
  run: (bench) => idleRss(bench, bench.pick({ full: 9000, quick: 9000, smoke: 50 }), false),
}

export const rssTls: Row = {
  name: 'rss-tls',
  what: 'The same over TLS, at 3,000',
  figures: { rss: { what: 'RSS a connection', unit: 'KiB', against: 'TLS floor', mark: { atMost: 1.25 } } },
  run: (bench) => idleRss(bench, bench.pick({ full: 3000, quick: 3000, smoke: 50 }), true),
}

function idleRss(bench: Bench, count: number, tls: boolean): Promise<Round[]> {
  const settleMs = bench.pick({ full: SETTLE_MS, quick: SETTLE_MS, smoke: 100 })

  // What the server takes without connections is that of one that never had any, not even in its memory of the last run.
  async function perConnection(start: typeof withDaemon): Promise<{ rss: number }> {
    const without = await start({ accounts: count, tls }, async (server) => {
      await sleep(settleMs)
      return server.rssBytes()
    })
    const withAll = await start({ accounts: count, allAvailable: true, tls }, async (server, load) => {
      await load.ask(commands.logIn, { port: server.port, tls, from: 0, count })
      await sleep(settleMs)
      return server.rssBytes()
    })
    return { rss: (withAll - without) / count / 1024 }
  }

  return inTurn(bench, { base: () => perConnection(withFloor), daemon: () => perConnection(withDaemon) })
}
