import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeSelfSigned } from '../../../scripts/support/self-signed.ts'
import { endsAfterEach } from '../../support/ends.ts'
import { startTestDaemon } from '../../support/house/running-daemon.ts'
import { httpAsk } from '../../support/wire/http-client.ts'
import { canRun } from '../program.ts'
import { startChromium } from './chromium.ts'
import { startNative } from './native.ts'
import { servePage } from './page-server.ts'
import { atPage } from './person.ts'

const ends = endsAfterEach()

describe.skipIf(!canRun('chromium'))('a page in Chromium', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await startChromium()
  })
  afterAll(() => browser.close())

  /** A daemon, and a web site of another origin whose pages may use it. */
  async function house(overrides: Parameters<typeof startTestDaemon>[0] = {}) {
    const origin = await servePage(ends)
    const http = { allowed_origins: [origin], ...overrides.http }
    const webrtc = { stun_servers: [] }
    const daemon = await startTestDaemon({ webrtc, ...overrides, http })
    ends.push(() => daemon.stop())
    const scheme = http.enable_tls === true ? 'https' : 'http'
    const server = `${scheme}://127.0.0.1:${daemon.httpPort ?? 0}`
    return {
      daemon,
      server,
      enter: async (name: string) => {
        const person = await atPage(browser, ends, { origin, server, name })
        await person.state(`${name} is here`)
        return person
      },
    }
  }

  async function certificate() {
    const directory = await mkdtemp(join(tmpdir(), 'roomrtc-browser-'))
    ends.push(() => rm(directory, { recursive: true }))
    const { cert, key } = await makeSelfSigned({ commonName: 'localhost', days: 90 })
    const paths = { cert_path: join(directory, 'cert.pem'), key_path: join(directory, 'key.pem') }
    await writeFile(paths.cert_path, cert)
    await writeFile(paths.key_path, key)
    return paths
  }

  test.for(['ws', 'wss'] as const)(
    'WEB-1 two pages register, log in, call each other over %s://, hear and see each other, and hang up',
    async (scheme) => {
      const tls = scheme === 'wss' ? { http: { enable_tls: true }, server: await certificate() } : {}
      const { enter } = await house(tls)
      const alice = await enter('alice')
      const bob = await enter('bob')
      await alice.click('Call bob')
      await bob.state('alice calls')
      await bob.click('Accept')
      await alice.state('in a call with bob')
      await Promise.all([alice.hearsAndSees(), bob.hearsAndSees()])
      await bob.click('Hang up')
      await alice.state('the call is over: hangup')
      // And the other way round.
      await bob.click('Call alice')
      await alice.state('bob calls')
      await alice.click('Accept')
      await Promise.all([alice.hearsAndSees(), bob.hearsAndSees()])
      expect(await alice.page.evaluate('window.connection.connectionState')).toBe('connected')
    },
  )

  test('WEB-2 a page calls a native client over TCP, and each hears the other', async () => {
    const { daemon, enter } = await house()
    const alice = await enter('alice')
    const bob = startNative(ends, { port: daemon.port, name: 'bob', task: 'answer' })
    await alice.click('Call bob')
    await alice.state('in a call with bob')
    await alice.hears()
    await bob.says('hears')
    await alice.click('Hang up')
    await bob.says('over: hangup')
  })

  test('WEB-2 a native client over TCP calls a page, and each hears the other', async () => {
    const { daemon, enter } = await house()
    const alice = await enter('alice')
    const bob = startNative(ends, { port: daemon.port, name: 'bob', task: 'call:alice' })
    await alice.state('bob calls')
    await alice.click('Accept')
    await alice.hears()
    await bob.says('hears')
    await alice.click('Hang up')
    await bob.says('over: hangup')
  })

  test('WEB-3 a page of an origin that is not allowed gets neither an account nor a session', async () => {
    const { server } = await house()
    const elsewhere = await servePage(ends)
    const { page, state } = await atPage(browser, ends, { origin: elsewhere, server, name: 'eve' })
    await state('Failed to fetch')
    expect(await page.evaluate(closeOf(`${server.replace('http', 'ws')}/ws`))).toEqual({
      code: 1008,
      reason: 'forbidden_origin',
    })
    // The browser has not even sent the registration.
    const person = { username: 'eve', password: 'a long password of eve' }
    expect(await httpAsk(`${server}/api/users/register`, 'POST', person)).toMatchObject({ status: 201 })
  })
})

/** Run in a page: how a WebSocket ends there. */
function closeOf(url: string): string {
  return `new Promise((resolve) => {
    new WebSocket('${url}', 'roomrtc.json').onclose = ({ code, reason }) => resolve({ code, reason })
  })`
}
