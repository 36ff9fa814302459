import { readFileSync, rmSync } from 'node:fs'
import { build } from 'esbuild'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { endsAfterEach } from '../../support/ends.ts'
import { startTestDaemon } from '../../support/house/running-daemon.ts'
import { makePackageProject } from '../../support/package-project.ts'
import { canRun } from '../program.ts'
import { atCallPage } from './caller.ts'
import { startChromium } from './chromium.ts'
import { serveBundle } from './package-server.ts'

const ends = endsAfterEach()

describe.skipIf(!canRun('chromium'))('the packed package, bundled into a page in Chromium', () => {
  let browser: Browser
  let project: string
  let script: string
  beforeAll(async () => {
    browser = await startChromium()
    project = makePackageProject()
    const { outputFiles, metafile } = await build({
      stdin: {
        contents: readFileSync('tests/programs/browser/page/media.js', 'utf8'),
        resolveDir: project,
      },
      bundle: true,
      minify: true,
      write: false,
      metafile: true,
      format: 'esm',
      target: 'es2022',
    })
    script = outputFiles[0]?.text ?? ''
    // It is the tarball's, and not the workspace's.
    const inputs = Object.keys(metafile.inputs).filter((file) => file !== '<stdin>')
    expect(inputs.filter((file) => !file.includes('roomrtc-project-'))).toEqual([])
  })
  afterAll(async () => {
    rmSync(project, { recursive: true })
    await browser.close()
  })

  async function house() {
    const origin = await serveBundle(ends, script)
    const daemon = await startTestDaemon({
      webrtc: { stun_servers: [] },
      http: { allowed_origins: [origin] },
    })
    ends.push(() => daemon.stop())
    const url = `ws://127.0.0.1:${daemon.httpPort ?? 0}/ws`
    const enter = (name: string) => atCallPage(browser, ends, { origin, url, name })
    return { alice: await enter('alice'), bob: await enter('bob') }
  }

  test('PKG-35 two pages connect, log in and call: they hear and see each other until one hangs up', async () => {
    const { alice, bob } = await house()
    expect(await alice.ask('party.client.users.named("bob").state')).toBe('Available')
    await alice.ask(`party.ring('bob')`)
    await Promise.all([alice.hearsAndSees(), bob.hearsAndSees()])
    await bob.ask('party.call.hangup()')
    await expect.poll(() => alice.ask('party.call.state.reason')).toBe('hangup')
    expect(await alice.ask('party.media.state.name')).toBe('closed')
  })

  test('PKG-7 when the browser is offline the client is too, and goes on in its call as soon as it is online', async () => {
    const { alice, bob } = await house()
    await alice.ask(`party.ring('bob')`)
    await Promise.all([alice.hearsAndSees(), bob.hearsAndSees()])
    await alice.page.context().setOffline(true)
    await expect.poll(() => alice.ask('party.client.state.name')).toBe('offline')
    expect(await alice.ask('navigator.onLine')).toBe(false)
    // What each does meanwhile is told to the other afterwards.
    await alice.ask('party.call.mute({ video: true })')
    await bob.ask('party.call.mute({ audio: true })')
    await alice.page.context().setOffline(false)
    await expect.poll(() => alice.ask('party.client.state.name')).toBe('online')
    await expect.poll(() => alice.ask('party.call.state.peer.audioMuted')).toBe(true)
    await expect.poll(() => bob.ask('party.call.state.peer.videoMuted')).toBe(true)
    expect(await alice.ask('party.losses')).toEqual([])
  })
})
