import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { endsAfterEach } from '../../../support/ends.ts'
import { canRun } from '../../program.ts'
import { startChromium } from '../chromium.ts'
import { openHouse } from './page-house.ts'

const ends = endsAfterEach()

const LABEL = { microphone: 'Microphone', camera: 'Camera' }

/** Which one is in use, by its name. */
const DEVICE = {
  microphone: `document.querySelector('.own .own-video')?.srcObject.getAudioTracks()[0]?.label`,
  camera: `document.querySelector('.own .own-video')?.srcObject.getVideoTracks()[0]?.label`,
}

describe.skipIf(!canRun('chromium'))('camera and microphone', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await startChromium(['--use-fake-device-for-media-stream=device-count=2'])
  })
  afterAll(() => browser.close())

  test('PAGE-15 one sees and hears oneself before a call, and chooses; it is remembered', async () => {
    const { enter } = await openHouse(browser, ends)
    const { page, button, faults } = await enter('alice')
    await button('Settings').click()
    await button('Try camera and microphone').click()
    await page.getByLabel('Preview').waitFor()
    const level = page.getByRole('meter', { name: 'Level of the microphone' })
    await expect.poll(async () => Number(await level.getAttribute('aria-valuenow'))).toBeGreaterThan(20)
    const camera = page.getByLabel('Camera', { exact: true })
    await expect.poll(() => camera.getByRole('option').count()).toBe(3)
    await camera.selectOption({ index: 2 })
    const chosen = await camera.inputValue()
    await page.getByLabel('Preview').waitFor()
    await page.reload()
    await button('Settings').click()
    await expect.poll(() => page.getByLabel('Camera', { exact: true }).inputValue()).toBe(chosen)
    expect(faults).toEqual([])
  })

  test('PAGE-15 another microphone and another camera in mid-call: they are used at once', async () => {
    const { enter } = await openHouse(browser, ends)
    const alice = await enter('alice')
    const bob = await enter('bob')
    await alice.call('bob')
    await bob.button('Accept').click()
    await Promise.all([bob.sees(), bob.hears()])
    await alice.button('Devices').click()
    for (const kind of ['microphone', 'camera'] as const) {
      const before = await alice.page.evaluate(DEVICE[kind])
      const choice = alice.page.getByLabel(LABEL[kind], { exact: true })
      await expect.poll(() => choice.getByRole('option').count()).toBeGreaterThan(2)
      await choice.selectOption({ index: 2 })
      await expect.poll(() => alice.page.evaluate(DEVICE[kind])).not.toBe(before)
      // What comes from the second of the two cameras, which are made up, Chromium does not send where the first was sent.
      if (kind === 'microphone') await Promise.all([bob.sees(), bob.hears()])
    }
    await alice.button('Close').first().click()
    await bob.hears()
    expect([...alice.faults, ...bob.faults]).toEqual([])
  })

  test('PAGE-15 without camera and microphone one is told why, and can be called all the same', async () => {
    const { enter, base } = await openHouse(browser, ends)
    const alice = await enter('alice')
    const bob = await enter('bob')
    await bob.context.grantPermissions([], { origin: base })
    await bob.page.addInitScript(NO_DEVICES)
    await bob.page.reload()
    await bob.isInside('bob')
    await alice.call('bob')
    await bob.button('Accept').click()
    await bob.reads('No camera and microphone: the browser does not allow it.')
    await Promise.all([bob.sees(), bob.hears()])
  })
})

/** As a browser whose owner has said no. */
const NO_DEVICES = `navigator.mediaDevices.getUserMedia = () =>
  Promise.reject(new DOMException('Permission denied', 'NotAllowedError'))`
