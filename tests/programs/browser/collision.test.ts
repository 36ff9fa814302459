import { build } from 'esbuild'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { endsAfterEach } from '../../support/ends.ts'
import { canRun } from '../program.ts'
import { startChromium } from './chromium.ts'
import { serveBundle } from './package-server.ts'

const ends = endsAfterEach()

describe.skipIf(!canRun('chromium'))('two offers that meet in Chromium', () => {
  let browser: Browser
  let script: string
  beforeAll(async () => {
    browser = await startChromium()
    const { outputFiles } = await build({
      entryPoints: ['tests/programs/browser/page/collision.js'],
      bundle: true,
      write: false,
      format: 'esm',
    })
    script = outputFiles[0]?.text ?? ''
  })
  afterAll(() => browser.close())

  async function talking() {
    const context = await browser.newContext()
    ends.push(() => context.close())
    const page = await context.newPage()
    await page.goto(await serveBundle(ends, script))
    await page.evaluate('pair.begin()')
    await hearAndSee(page)
    return {
      page,
      /** Both do this, and both offers are made before either arrives. */
      async collide(deed: string) {
        await page.evaluate(`pair.keepBack(${deed})`)
        await expect.poll(() => page.evaluate('pair.states()')).toEqual([OPEN, OPEN])
        await page.evaluate('pair.collide()')
        await expect.poll(() => page.evaluate('pair.states()')).toEqual(['stable', 'stable'])
      },
    }
  }

  test('MEDIA-2 both hold at the same moment, and both hear and see each other when they go on', async () => {
    const { page, collide } = await talking()
    for (const _round of [1, 2, 3]) {
      await collide('(call) => call.hold(true)')
      await expect.poll(() => page.evaluate('pair.directions().flat().join()')).toBe(INACTIVE)
      await page.evaluate('for (const call of pair.calls) call.hold(false)')
      await hearAndSee(page)
    }
    expect(await page.evaluate('pair.faults')).toEqual([])
  })

  test('MEDIA-2 both look for new ways at the same moment, and go on to hear and see each other', async () => {
    const { page, collide } = await talking()
    for (const _round of [1, 2, 3]) {
      await collide('(call, media) => media.peerConnection.restartIce()')
      await hearAndSee(page)
    }
    // Who is held and goes on after that is seen as well.
    await page.evaluate('pair.calls[0].hold(true)')
    await expect.poll(() => page.evaluate('pair.directions().flat().join()')).toBe(INACTIVE)
    await page.evaluate('pair.calls[0].hold(false)')
    await hearAndSee(page)
    expect(await page.evaluate('pair.faults')).toEqual([])
  })
})

const OPEN = 'have-local-offer'
const INACTIVE = 'inactive,inactive,inactive,inactive'

/** More and more pictures are shown to both, and more and more sound comes. */
async function hearAndSee(page: Page): Promise<void> {
  for (const figures of ['pair.shown()', 'pair.heard()']) {
    // What was under way is not counted.
    for (const _again of [1, 2, 3]) {
      const before: readonly number[] = await page.evaluate(figures)
      await expect
        .poll(async () => {
          const now: readonly number[] = await page.evaluate(figures)
          return now.map((figure, i) => figure > (before[i] ?? 0))
        })
        .toEqual([true, true])
    }
  }
}
