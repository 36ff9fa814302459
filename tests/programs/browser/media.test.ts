import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { blocksUnder } from '../../support/documented-examples.ts'
import { endsAfterEach } from '../../support/ends.ts'
import { startTestDaemon } from '../../support/house/running-daemon.ts'
import { startProxy } from '../../support/wire/cuttable-proxy.ts'
import { canRun } from '../program.ts'
import { atCallPage, serveCallPage } from './caller.ts'
import { startChromium } from './chromium.ts'
import { startNative } from './native.ts'
import { servePackagePage } from './package-server.ts'

const ends = endsAfterEach()

describe.skipIf(!canRun('chromium'))('bindMedia in Chromium', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await startChromium()
  })
  afterAll(() => browser.close())

  /** A daemon, and a web site whose pages may use it. */
  async function house() {
    const origin = await serveCallPage(ends)
    const daemon = await startTestDaemon({
      webrtc: { stun_servers: [] },
      http: { allowed_origins: [origin] },
    })
    ends.push(() => daemon.stop())
    const httpPort = daemon.httpPort ?? 0
    const url = `ws://127.0.0.1:${httpPort}/ws`
    return {
      daemon,
      httpPort,
      /** Who comes later knows who is there, and can call them. */
      enter: (name: string, by = url) => atCallPage(browser, ends, { origin, url: by, name }),
    }
  }

  test('MEDIA-1 MEDIA-10 MEDIA-12 MEDIA-14 two pages hear and see each other, hold the call, and share a screen', async () => {
    const { enter } = await house()
    const [bob, alice] = [await enter('bob'), await enter('alice')]
    await alice.ask(`party.ring('bob')`)
    await Promise.all([alice.hearsAndSees(), bob.hearsAndSees()])
    await expect.poll(() => bob.ask('party.quality?.figures.framesPerSecond')).toBeGreaterThan(0)

    await alice.ask('party.call.hold(true)')
    await Promise.all([alice.hearsNothing(), bob.hearsNothing()])
    await alice.ask('party.call.hold(false)')
    await Promise.all([alice.hearsAndSees(), bob.hearsAndSees()])

    const width = () => bob.ask('party.heard().then(({ width }) => width)')
    const camera = await width()
    await alice.ask('party.share()')
    await expect.poll(width).toBe(320)
    await bob.hearsAndSees()
    // As when somebody presses the browser's "Stop sharing".
    await alice.ask(`party.screen.getTracks()[0].dispatchEvent(new Event('ended'))`)
    await expect.poll(width).toBe(camera)
    await bob.hearsAndSees()

    await bob.ask('party.call.hangup()')
    await expect.poll(() => alice.ask('party.media.state.name')).toBe('closed')
  })

  test('MEDIA-7 MEDIA-9 media goes on while the server is out of reach, and ways are found anew afterwards', async () => {
    const { httpPort, enter } = await house()
    const proxy = await startProxy(ends, httpPort)
    const [bob, alice] = [await enter('bob'), await enter('alice', `ws://127.0.0.1:${proxy.port}/ws`)]
    await alice.ask(`party.ring('bob')`)
    await Promise.all([alice.hearsAndSees(), bob.hearsAndSees()])

    proxy.cut()
    await expect.poll(() => bob.ask('party.call.state.peerAway')).toBe(true)
    await Promise.all([alice.hearsAndSees(), bob.hearsAndSees()])
    // What a page does that knows of a new network. The offer waits for the connection.
    const fragment = () =>
      bob.ask(`/ice-ufrag:(.*)/.exec(party.media.peerConnection.remoteDescription.sdp)[1]`)
    const before = await fragment()
    await alice.ask('party.media.peerConnection.restartIce()')
    proxy.mend()
    await expect.poll(() => alice.ask('party.events')).toContain('resumed')
    await expect.poll(fragment).not.toBe(before)
    await Promise.all([alice.hearsAndSees(), bob.hearsAndSees()])
    expect(await alice.ask('party.states')).toEqual(['connecting', 'connected'])
  })

  test('MEDIA-6 MEDIA-7 when the network of a page is gone and comes back, both go on without a hand', async () => {
    const { httpPort, enter } = await house()
    const proxy = await startProxy(ends, httpPort)
    const [bob, alice] = [await enter('bob'), await enter('alice', `ws://127.0.0.1:${proxy.port}/ws`)]
    const network = await alice.page.context().newCDPSession(alice.page)
    await network.send('Network.enable')
    // Chromium heeds it only of connections that are made under some condition.
    const condition = { offline: false, latency: 1, downloadThroughput: 1e7, uploadThroughput: 1e7 }
    const lose = (packetLoss: number) =>
      network.send('Network.emulateNetworkConditions', { ...condition, packetLoss })
    const both = async (name: string) => {
      for (const { ask } of [alice, bob]) await expect.poll(() => ask('party.media.state.name')).toBe(name)
    }
    await lose(0)
    await alice.ask(`party.ring('bob')`)
    await Promise.all([alice.hearsAndSees(), bob.hearsAndSees()])

    proxy.cut()
    await lose(100)
    await both('interrupted')
    await lose(0)
    proxy.mend()
    await both('connected')
    await expect.poll(() => alice.ask('party.events')).toContain('resumed')
    await Promise.all([alice.hearsAndSees(), bob.hearsAndSees()])
    expect(await alice.ask('party.call.state.name')).toBe('active')

    // Now only the way between the two is gone, and does not come back by itself.
    await alice.ask('party.events.length = 0')
    await lose(100)
    await expect.poll(() => alice.ask('party.events')).toContain('ice_restarted')
    await both('interrupted')
    await lose(0)
    await both('connected')
    await Promise.all([alice.hearsAndSees(), bob.hearsAndSees()])
  })

  test('MEDIA-4 a page calls a native client that knows nothing of this, and each hears the other', async () => {
    const { daemon, enter } = await house()
    const bob = startNative(ends, { port: daemon.port, name: 'bob', task: 'answer' })
    await bob.says('here')
    const alice = await enter('alice')
    await alice.ask(`party.ring('bob')`)
    await alice.hears()
    await bob.says('hears')
    await alice.ask('party.call.hangup()')
    await bob.says('over: hangup')
  })

  test('MEDIA-4 such a client calls a page, and each hears the other', async () => {
    const { daemon, enter } = await house()
    const alice = await enter('alice')
    const bob = startNative(ends, { port: daemon.port, name: 'bob', task: 'call:alice' })
    await bob.says('in a call')
    await alice.hears()
    await bob.says('hears')
    await alice.ask('party.call.hangup()')
    await bob.says('over: hangup')
  })

  test('MEDIA-18 the page of the README is a call for two, and has 30 lines', async () => {
    const example = blocksUnder('README.md', 'In a page of your own').find(({ info }) => info === 'html')
    expect(example?.lines).toHaveLength(30)
    const text = example?.lines.join('\n') ?? ''
    let server = ''
    const origin = await servePackagePage(ends, () => text.replace('ws://localhost:8081/ws', server))
    const daemon = await startTestDaemon({
      webrtc: { stun_servers: [] },
      http: { allowed_origins: [origin] },
    })
    ends.push(() => daemon.stop())
    expect(text).toContain('ws://localhost:8081/ws')
    server = `ws://127.0.0.1:${daemon.httpPort ?? 0}/ws`

    const enter = async (name: string) => {
      const context = await browser.newContext()
      ends.push(() => context.close())
      const page = await context.newPage()
      const told = (words: string) => expect.poll(() => page.locator('#told').textContent()).toBe(words)
      await page.goto(origin)
      await page.getByPlaceholder('Your name').fill(name)
      await page.getByPlaceholder('Your password').fill(`a long password of ${name}`)
      // The buttons work once the page is connected.
      await page.waitForFunction(`document.getElementById('ring').onclick !== null`)
      await page.getByRole('button', { name: 'Enter' }).click()
      await told('Welcome')
      return { page, told, press: (button: string) => page.getByRole('button', { name: button }).click() }
    }
    const [bob, alice] = [await enter('bob'), await enter('alice')]
    await alice.page.getByPlaceholder('Whom to call').fill('bob')
    await alice.press('Call or accept')
    await alice.told('bob: ringing-out')
    await bob.told('alice: ringing-in')
    await bob.press('Call or accept')
    for (const { page } of [alice, bob]) {
      await expect
        .poll(() =>
          page.evaluate(
            'document.getElementById("remote").videoWidth * document.getElementById("remote").currentTime',
          ),
        )
        .toBeGreaterThan(0)
    }
    await alice.press('Hang up')
    await alice.told('bob: hangup')
    await bob.told('alice: hangup')
  })
})
