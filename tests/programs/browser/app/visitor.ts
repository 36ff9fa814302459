import type { Browser, BrowserContext, Locator, Page } from 'playwright-core'
import { expect } from 'vitest'
import { z } from 'zod'
import { HEARS, SEES } from './in-page.ts'

/** How somebody comes to the page. */
export interface Looks {
  readonly viewport?: { readonly width: number; readonly height: number }
  readonly colorScheme?: 'light' | 'dark'
  readonly locale?: string
  /** Run in the page before its own. */
  readonly scripts?: readonly string[]
}

/** Somebody at the page. */
export interface Visitor {
  readonly page: Page
  readonly context: BrowserContext
  readonly button: (name: string | RegExp) => Locator
  /** What the browser has complained about; what is expected there is taken out by the test. */
  readonly faults: string[]
  readonly register: (name: string) => Promise<void>
  /** Waits until they are inside. */
  readonly isInside: (name: string) => Promise<void>
  readonly login: (name: string, password?: string) => Promise<void>
  /** Waits until this stands somewhere on the page. */
  readonly reads: (text: string | RegExp) => Promise<void>
  readonly call: (name: string, kind?: 'Video' | 'Voice') => Promise<void>
  /** Waits until the page has sent such a message. */
  readonly sends: (type: string) => Promise<void>
  /** The messages of a type that have come to the page, as their texts. */
  readonly got: (type: string) => readonly string[]
  /** Waits until more and more of the other one is heard. */
  readonly hears: () => Promise<void>
  /** Waits until more and more pictures of the other one are shown. */
  readonly sees: () => Promise<void>
  /** What the timer of the call shows, in seconds. */
  readonly seconds: () => Promise<number>
}

const message = z.object({ type: z.string() })

/** The button that tells how good the connection is, once that is measured. How busy this machine is has a say in it. */
export const SCORED = /^Connection: [a-z ]*(poor|fair|good)$/

export const passwordOf = (name: string): string => `a long password of ${name}`

export async function openPage(
  browser: Browser,
  ends: (() => unknown)[],
  base: string,
  { viewport = { width: 1280, height: 800 }, colorScheme = 'light', locale = 'en-GB', scripts = [] }: Looks,
): Promise<Visitor> {
  const context = await browser.newContext({ viewport, colorScheme, locale })
  ends.push(() => context.close())
  for (const script of scripts) await context.addInitScript(script)
  const page = await context.newPage()
  return openIn(context, page, base)
}

/** Another tab of the same browser. */
export async function openTab({ context }: Visitor, base: string): Promise<Visitor> {
  return openIn(context, await context.newPage(), base)
}

async function openIn(context: BrowserContext, page: Page, base: string): Promise<Visitor> {
  const faults: string[] = []
  page.on('pageerror', ({ message }) => faults.push(message))
  page.on('console', (line) => {
    if (['error', 'warning'].includes(line.type())) faults.push(line.text())
  })
  page.on('request', (request) => {
    if (!request.url().startsWith(base) && !request.url().startsWith('data:')) faults.push(request.url())
  })
  const sent: string[] = []
  const received: string[] = []
  page.on('websocket', (socket) => {
    socket.on('framereceived', ({ payload }) => received.push(String(payload)))
    socket.on('framesent', ({ payload }) => sent.push(message.parse(JSON.parse(String(payload))).type))
  })
  await page.goto(`${base}/`)
  const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true })
  const isInside = (name: string) => page.getByRole('heading', { name, level: 1 }).waitFor()
  const enter = async (way: string, submit: string, name: string, password: string): Promise<void> => {
    await page.getByRole('radio', { name: way }).check()
    await page.getByRole('textbox', { name: 'Name' }).fill(name)
    await page.getByLabel('Password', { exact: true }).fill(password)
    await button(submit).click()
  }

  return {
    page,
    context,
    button,
    faults,
    async register(name) {
      await enter('New account', 'Create account', name, passwordOf(name))
      await isInside(name)
    },
    isInside,
    login: (name, password = passwordOf(name)) => enter('Sign in', 'Sign in', name, password),
    reads: (text) => page.getByText(text).first().waitFor(),
    call: (name, kind = 'Video') => button(`${kind} call with ${name}`).click(),
    sends: (type) => expect.poll(() => sent).toContain(type),
    got: (type) => received.filter((text) => text.startsWith(`{"type":"${type}"`)),
    hears: () => grows(page, HEARS),
    sees: () => grows(page, SEES),
    async seconds() {
      const text = (await page.getByRole('timer').textContent()) ?? ''
      const [, minutes = '', seconds = ''] = /^(\d+):(\d\d)/.exec(text) ?? []
      return Number(minutes) * 60 + Number(seconds)
    },
  }
}

/** The figure that the script gives grows, and grows again. */
async function grows(page: Page, script: string): Promise<void> {
  for (const _ of [1, 2]) {
    const before = await figure(page, script)
    await expect.poll(() => figure(page, script)).toBeGreaterThan(before)
  }
}

async function figure(page: Page, script: string): Promise<number> {
  return Number(await page.evaluate(script))
}
