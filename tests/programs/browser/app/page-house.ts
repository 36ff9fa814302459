import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { startTestDaemon } from '../../../support/house/running-daemon.ts'
import { type CuttingProxy, startCuttingProxy } from './cutting-proxy.ts'
import { openPage, type Looks, type Visitor } from './visitor.ts'

type Overrides = NonNullable<Parameters<typeof startTestDaemon>[0]>

export interface PageHouse {
  /** Of the server as browsers reach it, without a slash at the end. */
  readonly base: string
  readonly way: CuttingProxy
  /** Of the server itself, for clients that need no page. */
  readonly port: number
  /** The page, at the door. */
  readonly visit: (looks?: Looks) => Promise<Visitor>
  /** The page, with a new account of this name. */
  readonly enter: (name: string, looks?: Looks) => Promise<Visitor>
  /** Ends the server in good order, and starts another one in its place. */
  readonly restart: () => Promise<void>
}

/** A server with the page that was built, and browsers that come to it by a way that can be cut. */
export async function openHouse(
  browser: Browser,
  ends: (() => unknown)[],
  overrides: Overrides = {},
): Promise<PageHouse> {
  const data_directory = await mkdtemp(join(tmpdir(), 'roomrtc-page-'))
  ends.push(() => rm(data_directory, { recursive: true, force: true }))
  const start = () =>
    startTestDaemon({
      http: {},
      webrtc: { stun_servers: [] },
      ...overrides,
      persistence: { enable_persistence: true, data_directory },
    })
  let daemon = await start()
  ends.push(() => daemon.stop())
  const way = await startCuttingProxy(ends, daemon.httpPort ?? 0)
  const base = `http://127.0.0.1:${way.port}`
  const visit = (looks: Looks = {}) => openPage(browser, ends, base, looks)
  return {
    base,
    way,
    port: daemon.port,
    visit,
    async enter(name, looks) {
      const visitor = await visit(looks)
      await visitor.register(name)
      return visitor
    },
    async restart() {
      await daemon.stop()
      daemon = await start()
      way.mend(daemon.httpPort)
    },
  }
}
