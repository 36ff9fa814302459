import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { endsAfterEach } from '../../../support/ends.ts'
import { canRun } from '../../program.ts'
import { startChromium } from '../chromium.ts'
import { GREEN, IN_THE_BACKGROUND, RED_SCREEN, SEES } from './in-page.ts'
import { openHouse } from './page-house.ts'
import { SCORED, type Visitor } from './visitor.ts'

const ends = endsAfterEach()

describe.skipIf(!canRun('chromium'))('a call from page to page', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await startChromium()
  })
  afterAll(() => browser.close())

  async function two(overrides: Parameters<typeof openHouse>[2] = {}) {
    const { enter, way } = await openHouse(browser, ends, overrides)
    return { way, alice: await enter('alice'), bob: await enter('bob') }
  }

  async function talking(overrides: Parameters<typeof openHouse>[2] = {}) {
    const both = await two(overrides)
    await both.alice.call('bob')
    await both.bob.button('Accept').click()
    await Promise.all([both.alice.sees(), both.bob.sees()])
    return both
  }

  const noFaults = (...visitors: readonly Visitor[]) => {
    expect(visitors.flatMap(({ faults }) => faults)).toEqual([])
  }

  test('PAGE-12 PAGE-60 they hear and see each other, and who hangs up ends it for both', async () => {
    const { alice, bob } = await two()
    await alice.call('bob')
    await alice.reads('Ringing …')
    await bob.page.getByRole('alertdialog', { name: 'alice is calling you' }).waitFor()
    await expect.poll(() => bob.page.title()).toBe('alice is calling you')
    await bob.button('Accept').click()
    await Promise.all([alice.hears(), alice.sees(), bob.hears(), bob.sees()])
    await expect.poll(() => alice.seconds()).toBeGreaterThan(0)
    await alice.page.getByRole('button', { name: SCORED }).click()
    await alice.reads('Round trip')
    await bob.page.getByRole('button', { name: SCORED }).click()
    const numbers = await Promise.all(
      [alice, bob].map(({ page }) =>
        page.getByRole('region', { name: 'Safety number' }).getByRole('listitem').allTextContents(),
      ),
    )
    expect(numbers[0]).toHaveLength(12)
    expect(numbers[1]).toEqual(numbers[0])
    await bob.page.getByRole('button', { name: SCORED }).click()
    await alice.button('Full screen').click()
    await alice.button('Leave full screen').click()
    await alice.button('Full screen').waitFor()
    await bob.button('Hang up').click()
    await alice.reads('Your call with bob is over.')
    await alice.page.getByRole('heading', { name: 'Recent calls' }).waitFor()
    await alice.reads(/^Talked · 0:\d\d$/)
    noFaults(alice, bob)
  })

  test('PAGE-12 by keyboard alone: somebody is called, accepts, mutes and hangs up', async () => {
    const { alice, bob } = await two()
    await press(alice, 'Video call with bob')
    await bob.page.getByRole('alertdialog').waitFor()
    // What was meant for something else must not take or refuse the call.
    await bob.page.keyboard.press('Enter')
    await bob.page.keyboard.press('Escape')
    await press(bob, 'Accept')
    await bob.sees()
    await press(bob, 'Mute microphone')
    await alice.reads('bob’s microphone is off')
    await press(alice, 'Hang up')
    await bob.reads('Your call with alice is over.')
    noFaults(alice, bob)
  })

  test('PAGE-12 who declines, or is talking to somebody else, is told of kindly', async () => {
    const { enter } = await openHouse(browser, ends)
    const [alice, bob, carol] = [await enter('alice'), await enter('bob'), await enter('carol')]
    await alice.call('bob')
    await bob.button('Decline').click()
    await alice.reads('bob cannot talk right now.')
    await alice.call('bob')
    await bob.page.getByRole('alertdialog').waitFor()
    await alice.button('Cancel call').click()
    await bob.reads('You missed a call from alice.')
    expect(await bob.page.getByRole('alertdialog').count()).toBe(0)
    // The list may be a moment behind: who was free a moment ago is called.
    await alice.call('bob')
    await bob.button('Accept').click()
    await alice.sees()
    await carol.page.getByRole('listitem').filter({ hasText: 'bob' }).getByText('In a call').waitFor()
    await bob.button('Hang up').click()
    await carol.page.getByRole('listitem').filter({ hasText: 'bob' }).getByText('Online').waitFor()
    noFaults(alice, bob, carol)
  })

  test('PAGE-12 who does not answer has missed a call, and the caller is told so', async () => {
    const { alice, bob } = await two({ calls: { ring_timeout_ms: 2000 } })
    await alice.call('bob')
    await Promise.all([
      alice.reads('bob did not answer. Perhaps later.'),
      bob.reads('You missed a call from alice.'),
    ])
    noFaults(alice, bob)
  })

  test('PAGE-12 both call each other at once, and talk', async () => {
    const { way, alice, bob } = await two()
    // Neither hears of the other's call before both have called.
    way.hold()
    await Promise.all([alice.call('bob'), bob.call('alice')])
    await Promise.all([alice.sends('CALL_REQUEST'), bob.sends('CALL_REQUEST')])
    way.letGo()
    await Promise.all([alice.sees(), bob.sees()])
    noFaults(alice, bob)
  })

  test('PAGE-13 on hold nothing is heard or seen and the time stands still; then it goes on', async () => {
    const { alice, bob } = await talking()
    await alice.button('Hold').click()
    await bob.reads('alice has put you on hold')
    await alice.reads('You have put the call on hold')
    await expect.poll(() => bob.page.locator('.remote-video.is-hidden').count()).toBe(1)
    const stood = await alice.seconds()
    await bob.page.waitForTimeout(2500)
    expect(await alice.seconds()).toBe(stood)
    await bob.button('Hold').click()
    await alice.reads('The call is on hold on both sides')
    await alice.button('Resume call').click()
    await bob.reads('You have put the call on hold')
    await bob.button('Resume call').click()
    await Promise.all([alice.sees(), bob.sees(), alice.hears(), bob.hears()])
    await expect.poll(() => alice.seconds()).toBeGreaterThan(stood)
    noFaults(alice, bob)
  })

  test('PAGE-13 a microphone or a camera that is off is told to the other one, and comes back', async () => {
    const { alice, bob } = await talking()
    await alice.button('Turn camera off').click()
    await bob.reads('alice’s camera is off')
    expect(await bob.page.locator('.remote-video.is-hidden').count()).toBe(1)
    await alice.button('Turn camera on').click()
    await bob.sees()
    await alice.button('Mute microphone').click()
    await bob.reads('alice’s microphone is off')
    await alice.button('Unmute microphone').click()
    await bob.hears()
    noFaults(alice, bob)
  })

  test('PAGE-13 a call by voice shows no picture, until somebody turns the camera on', async () => {
    const { alice, bob } = await two()
    await alice.call('bob', 'Voice')
    await bob.reads('Incoming voice call')
    await bob.button('Accept').click()
    await Promise.all([alice.hears(), bob.hears()])
    expect(await bob.page.evaluate(SEES)).toBe(0)
    await alice.button('Turn camera on').click()
    await bob.sees()
    noFaults(alice, bob)
  })

  test('PAGE-22 a call that comes while nobody looks at the page is told by the system, until it is over', async () => {
    const { alice, bob } = await two()
    await bob.context.grantPermissions(['notifications', 'camera', 'microphone'])
    await bob.button('Settings').click()
    const wanted = bob.page.getByLabel('Tell me of calls while the page is in the background')
    await wanted.check()
    await bob.button('Close').first().click()
    // As the page has kept it, once the browser has said yes.
    await bob.button('Settings').click()
    await expect.poll(() => wanted.isChecked()).toBe(true)
    await bob.button('Close').first().click()
    await bob.page.evaluate(IN_THE_BACKGROUND)
    await alice.call('bob')
    const shown = () => bob.page.evaluate('window.shown')
    await expect.poll(shown).toEqual(['alice is calling you: Incoming video call'])
    await alice.button('Cancel call').click()
    await expect.poll(shown).toEqual(['alice is calling you: Incoming video call', 'closed'])
    noFaults(alice, bob)
  })

  test('PAGE-14 a screen takes the place of the camera, and the camera comes back', async () => {
    const { alice, bob } = await talking()
    await expect.poll(() => bob.page.evaluate(GREEN)).toBe('green')
    await alice.page.evaluate(RED_SCREEN)
    await alice.button('Share screen').click()
    await alice.reads('You are sharing your screen')
    await expect.poll(() => bob.page.evaluate(GREEN)).toBe('other')
    await bob.sees()
    await alice.button('Stop sharing').click()
    await expect.poll(() => bob.page.evaluate(GREEN)).toBe('green')
    await bob.sees()
    noFaults(alice, bob)
  })
})

/** Goes there with the tab key, as who has no mouse does, and presses it. */
async function press({ page }: Visitor, name: string): Promise<void> {
  const FOCUSED = 'document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent'
  const button = page.getByRole('button', { name, exact: true })
  await button.waitFor()
  const seen: unknown[] = []
  while (seen.at(-1) !== name) {
    await page.keyboard.press('Tab')
    seen.push(await page.evaluate(FOCUSED))
    if (seen.length > 50) throw new Error(`${name} is not among ${seen.join(', ')}`)
  }
  await page.keyboard.press('Enter')
}
