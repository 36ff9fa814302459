import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Locator } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { endsAfterEach } from '../../../support/ends.ts'
import { httpAsk } from '../../../support/wire/http-client.ts'
import { connectRaw, type RawClient } from '../../../support/wire/raw-client.ts'
import { T } from '../../../support/wire/wire.ts'
import { canRun } from '../../program.ts'
import { startChromium } from '../chromium.ts'
import { OVERHANG } from './in-page.ts'
import { openHouse, type PageHouse } from './page-house.ts'
import { passwordOf, type Visitor } from './visitor.ts'

const ends = endsAfterEach()

/** Where pictures of the page go, if somebody wants to look at them. */
const pictures = process.env['ROOMRTC_PICTURES']

/** More than the page draws, so that not everybody has a row. */
const COUNT = 230

/** A minute is half a second for what the page does again and again. */
const HASTE = `(() => {
  const again = window.setInterval
  window.setInterval = (then, ms, ...rest) => again(then, Math.min(ms, 500), ...rest)
})()`

const nameOf = (at: number): string => `user ${String(at).padStart(3, '0')}`

describe.skipIf(!canRun('chromium'))('a long list of people', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await startChromium()
    if (pictures !== undefined) await mkdir(pictures, { recursive: true })
  })
  afterAll(() => browser.close())

  /** Accounts of which nobody is signed in. */
  async function crowd(): Promise<PageHouse> {
    const house = await openHouse(browser, ends, { security: { enable_rate_limiting: false } })
    for (let at = 0; at < COUNT; at++) {
      const username = nameOf(at)
      const account = { username, password: passwordOf(username) }
      await httpAsk(`${house.base}/api/users/register`, 'POST', account)
    }
    return house
  }

  async function comes({ port, base }: PageHouse, at: number): Promise<RawClient> {
    const username = nameOf(at)
    const answer = await httpAsk(`${base}/auth/login`, 'POST', { username, password: passwordOf(username) })
    const client = await connectRaw(port)
    ends.push(() => client.close())
    client.send(T.HELLO, { protocol: 1, client: 'test', capabilities: [] })
    client.send(T.LOGIN_REQUEST, { token: answer.body['token'] })
    await client.next(T.LOGIN_RESPONSE)
    return client
  }

  const rowOf = ({ page }: Visitor, at: number): Locator =>
    page
      .locator('.people')
      .getByRole('listitem')
      .filter({ hasText: nameOf(at) })

  test.each([
    ['desk', { width: 1280, height: 800 }],
    ['phone', { width: 360, height: 740 }],
  ])(
    'PAGE-43 WATCH-1 those in sight are kept up to date, and nobody else is told of (%s)',
    { timeout: 120_000 },
    async (size, viewport) => {
      const house = await crowd()
      const first = await comes(house, 0)
      const alice = await house.enter('alice', { viewport })
      await rowOf(alice, 0).getByText('Online').waitFor()
      await alice.sends('WATCH')
      await expect.poll(() => alice.got('WATCHED').length).toBeGreaterThan(0)
      // One whose row is far below, and one who has none.
      const below = await comes(house, 150)
      await comes(house, COUNT - 1)
      first.send(T.LOGOUT_REQUEST, {})
      await expect.poll(() => rowOf(alice, 0).count()).toBe(1)
      await rowOf(alice, 0).getByText('Offline').waitFor()
      expect(alice.got('USER_STATE_UPDATE').filter((text) => /user (?!000)/.test(text))).toEqual([])
      if (pictures !== undefined)
        await alice.page.screenshot({ path: join(pictures, `page-long-list-${size}.png`) })

      await rowOf(alice, 149).scrollIntoViewIfNeeded()
      await rowOf(alice, 150).getByText('Online').waitFor()
      below.send(T.LOGOUT_REQUEST, {})
      // It stands above now, where nobody looks; so it is looked for.
      const box = alice.page.getByRole('searchbox', { name: 'Search people' })
      await box.fill(nameOf(150))
      await rowOf(alice, 150).getByText('Offline').waitFor()
      await box.fill(nameOf(COUNT - 1))
      await rowOf(alice, COUNT - 1)
        .getByText('Online')
        .waitFor()
      expect(await alice.page.evaluate(OVERHANG)).toBe(0)
      // Nobody has counted them.
      expect(await alice.page.getByText(/people online/).count()).toBe(0)
      if (pictures !== undefined)
        await alice.page.screenshot({ path: join(pictures, `page-long-list-search-${size}.png`) })
      expect(alice.faults).toEqual([])
    },
  )

  test('PAGE-43 who has come meanwhile is found, and can be called', { timeout: 120_000 }, async () => {
    const house = await crowd()
    const alice = await house.enter('alice', { scripts: [HASTE] })
    await alice.sends('WATCH')
    const last = await comes(house, COUNT - 1)
    await rowOf(alice, COUNT - 1)
      .getByText('Online')
      .waitFor()
    await alice.call(nameOf(COUNT - 1), 'Voice')
    const ring = await last.next(T.CALL_NOTIFICATION)
    last.send(T.CALL_RESPONSE, { call_id: ring.payload['call_id'], accepted: false })
    await rowOf(alice, COUNT - 1)
      .getByText('Online')
      .waitFor()
    expect(alice.faults).toEqual([])
  })
})
