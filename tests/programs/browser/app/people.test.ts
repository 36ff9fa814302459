import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { endsAfterEach } from '../../../support/ends.ts'
import { httpAsk } from '../../../support/wire/http-client.ts'
import { canRun } from '../../program.ts'
import { startChromium } from '../chromium.ts'
import { openHouse } from './page-house.ts'

const ends = endsAfterEach()

describe.skipIf(!canRun('chromium'))('the list of people', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await startChromium()
  })
  afterAll(() => browser.close())

  test('PAGE-11 one sees who comes, who is in a call, and who goes', async () => {
    const { enter } = await openHouse(browser, ends)
    const carol = await enter('carol')
    await carol.reads('Nobody else is here yet')
    const alice = await enter('alice')
    const bob = await enter('bob')
    await carol.reads('2 people online')
    await alice.call('bob')
    await bob.button('Accept').click()
    const row = (name: string) => carol.page.getByRole('listitem').filter({ hasText: name })
    await row('bob').getByText('In a call').waitFor()
    // Nobody is offered to call who cannot be called.
    expect(await row('bob').getByRole('button').count()).toBe(0)
    await bob.button('Hang up').click()
    await row('bob').getByText('Online').waitFor()
    await bob.button('Sign out').click()
    await row('bob').getByText('Offline').waitFor()
    await carol.reads('1 person online')
    expect(carol.faults).toEqual([])
  })

  test('PAGE-11 a search finds who is here and who is not, and says where there is nobody', async () => {
    const { enter, base } = await openHouse(browser, ends)
    for (const username of ['Marta', 'maria', 'otto']) {
      await httpAsk(`${base}/api/users/register`, 'POST', { username, password: 'a long password' })
    }
    const { page, reads } = await enter('alice')
    const box = page.getByRole('searchbox', { name: 'Search people' })
    await box.fill('mar')
    await page.getByRole('listitem').filter({ hasText: 'Marta' }).waitFor()
    await expect.poll(() => page.locator('.people').getByRole('listitem').allTextContents()).toHaveLength(2)
    await box.fill('nobody at all')
    await reads('Nobody is called “nobody at all”.')
    await box.press('Escape')
    await page.getByRole('listitem').filter({ hasText: 'otto' }).waitFor()
  })
})
