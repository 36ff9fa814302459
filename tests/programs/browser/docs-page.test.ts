import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { blocksUnder } from '../../support/documented-examples.ts'
import { endsAfterEach } from '../../support/ends.ts'
import { startHttpDaemon } from '../../support/house/http-daemon.ts'
import { canRun } from '../program.ts'
import { startChromium } from './chromium.ts'

const ends = endsAfterEach()

/** Where pictures of the page go, if somebody wants to look at them. */
const pictures = process.env['ROOMRTC_PICTURES']

describe.skipIf(!canRun('chromium'))('the page /docs in Chromium', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await startChromium()
  })
  afterAll(() => browser.close())

  test.for([
    { width: 1280, height: 800 },
    { width: 390, height: 844 },
  ])('HTTP-32 it lists the routes, and a question is answered, at $width × $height', async (viewport) => {
    const { base } = await startHttpDaemon(ends)
    const context = await browser.newContext({ viewport })
    ends.push(() => context.close())
    const page = await context.newPage()
    // What the page's own policy forbids is an error of the console too.
    const faults: string[] = []
    page.on('pageerror', ({ message }) => faults.push(message))
    page.on('console', (line) => {
      if (['error', 'warning'].includes(line.type())) faults.push(line.text())
    })
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))

    await page.goto(`${base}/docs`)
    const health = page.locator('details', { hasText: '/health' }).first()
    await health.locator('summary').click()
    await health.getByRole('button', { name: 'Send' }).click()
    await expect.poll(() => health.locator('pre').textContent()).toMatch(/^200 OK\n\{\n {2}"status": "ok",/)
    if (pictures !== undefined)
      await page.screenshot({ path: `${pictures}/docs-${viewport.width}.png`, fullPage: true })

    expect(await page.locator('details').count()).toBe(await routesOf(base))
    // Nothing stands out to the right.
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(viewport.width)
    expect(asked.filter((url) => !url.startsWith(base))).toEqual([])
    expect(faults).toEqual([])
  })

  test('WEB-4 the example of the README, pasted into its console, logs in and is told so', async () => {
    const { base, httpPort } = await startHttpDaemon(ends)
    const context = await browser.newContext()
    ends.push(() => context.close())
    const page = await context.newPage()
    const lines: string[] = []
    page.on('console', (line) => lines.push(line.text()))
    await page.goto(`${base}/docs`)
    const [example] = blocksUnder('README.md', 'With a bare WebSocket')
    const text = example?.lines.join('\n') ?? ''
    expect(text).toContain('127.0.0.1:8081')
    // As the console does it, which allows `await`.
    await page.evaluate(`(async () => {${text.replace('8081', String(httpPort))}})()`)
    await expect.poll(() => lines[0]).toMatch(/^\{"type":"LOGIN_RESPONSE","success":true,/)
  })
})

/** Of openapi.json. */
const api = z.object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) })

async function routesOf(base: string): Promise<number> {
  const { paths } = api.parse(await (await fetch(`${base}/openapi.json`)).json())
  return Object.values(paths).flatMap((methods) => Object.keys(methods)).length
}
