import { readFile } from 'node:fs/promises'
import type { Browser, Page } from 'playwright-core'
import { expect } from 'vitest'
import { servePackagePage } from './package-server.ts'

/** Somebody at a page that makes calls by the package for clients. */
export interface Caller {
  readonly page: Page
  /** Of an expression about `party` (page/media.js); waited for if it is a promise. */
  readonly ask: (expression: string) => Promise<unknown>
  readonly hears: () => Promise<void>
  readonly hearsAndSees: () => Promise<void>
  /** Waits until nothing has arrived for half a second. */
  readonly hearsNothing: () => Promise<void>
}

interface Heard {
  readonly bytes: number
  readonly energy: number
  readonly frames: number
  readonly played: number
}

/** The origin of a page that `atCallPage` opens. */
export async function serveCallPage(ends: (() => unknown)[]): Promise<string> {
  const script = await readFile(new URL('page/media.js', import.meta.url), 'utf8')
  const page = `<!doctype html><title>A call</title><video autoplay playsinline></video><script type="module">${script}</script>`
  return servePackagePage(ends, () => page)
}

/** Opens the page, and logs in. */
export async function atCallPage(
  browser: Browser,
  ends: (() => unknown)[],
  { origin, url, name }: { readonly origin: string; readonly url: string; readonly name: string },
): Promise<Caller> {
  const context = await browser.newContext()
  ends.push(() => context.close())
  const page = await context.newPage()
  const faults: string[] = []
  page.on('pageerror', ({ message }) => faults.push(message))
  ends.push(() => {
    expect(faults).toEqual([])
  })
  await page.goto(origin)
  const ask = (expression: string): Promise<unknown> => page.evaluate(expression)
  await page.waitForFunction('window.party')
  await ask(`party.enter(${JSON.stringify(url)}, ${JSON.stringify(name)})`)

  const heard = (): Promise<Heard> =>
    page.evaluate('party.media ? party.heard() : { bytes: 0, energy: 0, frames: 0, played: 0 }')
  const grows = async (...figures: (keyof Heard)[]): Promise<void> => {
    const before = await heard()
    await expect
      .poll(async () => {
        const now = await heard()
        return figures.filter((figure) => !(now[figure] > before[figure]))
      })
      .toEqual([])
  }
  return {
    page,
    ask,
    hears: () => grows('bytes', 'energy', 'played'),
    hearsAndSees: () => grows('bytes', 'energy', 'frames', 'played'),
    async hearsNothing() {
      await expect
        .poll(async () => {
          const before = await heard()
          await page.waitForTimeout(500)
          return (await heard()).bytes - before.bytes
        })
        .toBe(0)
    },
  }
}
