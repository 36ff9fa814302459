import type { Browser, Page } from 'playwright-core'
import { expect } from 'vitest'

/** Somebody at the example page. */
export interface Person {
  readonly page: Page
  readonly state: (expected: string) => Promise<void>
  readonly click: (button: string) => Promise<void>
  /** Waits until more and more sound arrives, and is played. */
  readonly hears: () => Promise<void>
  /** The same of sound and pictures. */
  readonly hearsAndSees: () => Promise<void>
}

interface Heard {
  readonly packets: number
  readonly energy: number
  readonly frames: number
  readonly played: number
}

/** Opens the page, and types name and password. `ends` is given what is to be closed. */
export async function atPage(
  browser: Browser,
  ends: (() => unknown)[],
  { origin, server, name }: { readonly origin: string; readonly server: string; readonly name: string },
): Promise<Person> {
  const context = await browser.newContext({ ignoreHTTPSErrors: true })
  ends.push(() => context.close())
  const page = await context.newPage()
  const faults: string[] = []
  page.on('pageerror', ({ message }) => faults.push(message))
  page.on('console', (line) => {
    if (line.type() === 'error') faults.push(line.text())
  })
  await page.goto(`${origin}/?server=${encodeURIComponent(server)}`)
  await page.getByLabel('Name').fill(name)
  await page.getByLabel('Password').fill(`a long password of ${name}`)
  await page.getByRole('button', { name: 'Enter' }).click()

  return {
    page,
    async state(expected) {
      await expect
        .poll(() => page.getByRole('status').textContent(), { message: faults.join('\n') })
        .toBe(expected)
    },
    click: (button) => page.getByRole('button', { name: button }).click(),
    hears: () => grow('packets', 'energy', 'played'),
    hearsAndSees: () => grow('packets', 'energy', 'played', 'frames'),
  }

  async function grow(...figures: (keyof Heard)[]): Promise<void> {
    let before: Heard | undefined
    await expect
      .poll(async () => {
        const now: Heard | undefined = await page.evaluate(HEARD)
        const first = (before ??= now)
        return (
          now !== undefined && first !== undefined && figures.every((figure) => now[figure] > first[figure])
        )
      })
      .toBe(true)
  }
}

/** Run in the page. Silence has no energy. */
const HEARD = `(async () => {
  if (!window.connection) return undefined
  const streams = [...(await window.connection.getStats()).values()].filter(({ type }) => type === 'inbound-rtp')
  const audio = streams.find(({ kind }) => kind === 'audio')
  const video = streams.find(({ kind }) => kind === 'video')
  if (!audio) return undefined
  return {
    packets: audio.packetsReceived,
    energy: audio.totalAudioEnergy,
    frames: video?.framesDecoded ?? 0,
    played: document.getElementById('remote').currentTime,
  }
})()`
