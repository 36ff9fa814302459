import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import axe from 'axe-core'
import sharp from 'sharp'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { endsAfterEach } from '../../../support/ends.ts'
import { temporaryDirectory } from '../../../support/files/uploads-daemon.ts'
import { canRun } from '../../program.ts'
import { startChromium } from '../chromium.ts'
import { AT_REST, GROUND, OVERHANG } from './in-page.ts'
import { openHouse } from './page-house.ts'
import { type Looks, SCORED, type Visitor } from './visitor.ts'

const ends = endsAfterEach()

/** Where pictures of the page go, if somebody wants to look at them. */
const pictures = process.env['ROOMRTC_PICTURES']

const found = z.object({
  violations: z.array(
    z.object({ id: z.string(), impact: z.string().nullable(), nodes: z.array(z.unknown()) }),
  ),
})

const phone = { width: 360, height: 740 }
const desk = { width: 1280, height: 800 }

type Look = Looks & {
  readonly name: string
  /** By axe, which takes as long as all the rest: each size once, and each choice of colours. */
  readonly isExamined: boolean
}

const looks: readonly Look[] = [
  { name: 'phone-light', viewport: phone, colorScheme: 'light', isExamined: true },
  { name: 'phone-dark', viewport: phone, colorScheme: 'dark', isExamined: false },
  { name: 'desk-light', viewport: desk, colorScheme: 'light', isExamined: false },
  { name: 'desk-dark', viewport: desk, colorScheme: 'dark', isExamined: true },
]

describe.skipIf(!canRun('chromium'))('how the page looks', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await startChromium()
    if (pictures !== undefined) await mkdir(pictures, { recursive: true })
  })
  afterAll(() => browser.close())

  /** What a screen must be: nothing stands out to the right, and axe finds nothing that keeps anybody out. */
  async function check({ page }: Visitor, screen: string, look: Look): Promise<void> {
    await page.evaluate(AT_REST)
    if (pictures !== undefined)
      await page.screenshot({ path: join(pictures, `page-${screen}-${look.name}.png`) })
    expect([screen, await page.evaluate(OVERHANG)]).toEqual([screen, 0])
    if (!look.isExamined) return
    // Run from outside, as the policy of the page takes no script that is not its own.
    await page.evaluate(axe.source)
    const { violations } = found.parse(
      await page.evaluate('axe.run(document, { resultTypes: ["violations"], preload: false })'),
    )
    const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
    expect([screen, grave.map(({ id, nodes }) => [id, JSON.stringify(nodes)])]).toEqual([screen, []])
  }

  test.for(looks)('PAGE-20 PAGE-21 every screen, $name', { timeout: 180_000 }, async (look) => {
    const { visit, enter } = await openHouse(browser, ends, {
      security: { guests: true },
      messages: { enabled: true },
      uploads: { enabled: true, path: await temporaryDirectory(ends) },
    })
    const alice = await visit(look)
    const { page, button } = alice
    const shows = (screen: string) => check(alice, screen, look)
    const isDark = look.colorScheme === 'dark'
    expect(await page.evaluate(GROUND)).toBe(isDark ? 'rgb(14, 20, 19)' : 'rgb(244, 246, 245)')
    await shows('door')
    await page.getByRole('radio', { name: 'New account' }).check()
    await shows('register')
    await alice.register('alice')
    await shows('empty')
    const bob = await enter('bob')
    await button('Video call with bob').waitFor()
    await shows('home')
    await button('Write to bob').click()
    await shows('nothing-written')
    const picture = await sharp({ create: { width: 90, height: 60, channels: 3, background: 'teal' } })
      .png()
      .toBuffer()
    const files = [
      { name: 'picture.png', mimeType: 'image/png', buffer: picture },
      { name: 'plan.txt', mimeType: 'text/plain', buffer: Buffer.from('the plan') },
    ]
    await page.locator('input[type=file]').setInputFiles(files)
    await page.locator('.draft-file').getByText('ready').nth(1).waitFor({ state: 'attached' })
    await shows('files')
    await page.getByRole('textbox', { name: 'Write a message' }).fill('Look, https://example.org')
    await button('Send').click()
    await page.locator('.picture img').waitFor()
    await page.locator('.message').hover()
    await button('React').click()
    await shows('messages')
    await page.keyboard.press('Escape')
    await bob.button('Write to alice, 1 unread').click()
    await bob.page.getByRole('textbox', { name: 'Write a message' }).fill('Beautiful')
    await page.getByText('bob is writing …').waitFor()
    await button('Close messages').click()
    await bob.page.keyboard.press('Enter')
    await button('Write to bob, 1 unread').waitFor()
    await shows('unread')
    await bob.button('Close messages').click()
    await button('Settings').click()
    await button('Try camera and microphone').click()
    await page.getByLabel('Preview').waitFor()
    await shows('settings')
    await page.getByText('Change password').first().click()
    await page.getByText('Delete account').first().click()
    await shows('account')
    await button('Close').first().click()

    await bob.call('alice')
    await button('Accept').waitFor()
    await shows('incoming')
    await button('Decline').click()
    await alice.call('bob')
    await alice.reads('Ringing …')
    await shows('ringing')
    await bob.button('Accept').click()
    await alice.sees()
    await shows('call')
    await page.getByRole('button', { name: SCORED }).click()
    await shows('quality')
    await page.keyboard.press('Escape')
    await button('Hand over').click()
    await shows('hand-over')
    await button('Close').click()
    await button('Turn camera off').click()
    await button('Mute microphone').click()
    await bob.button('Turn camera off').click()
    await alice.reads('bob’s camera is off')
    await shows('cameras-off')
    await button('Hold').click()
    await alice.reads('You have put the call on hold')
    await shows('held')
    await button('Hang up').click()
    await alice.reads('Talked')
    await shows('after')

    await page.getByLabel('Name of a room').fill('tea')
    await button('Enter').click()
    await alice.reads('Nobody else is here yet.')
    await shows('room-alone')
    await button('Ask somebody in').first().click()
    await button('Ask bob in').click()
    await shows('room-ask')
    await page.keyboard.press('Escape')
    await bob.button('Decline').click()
    await button('Ask somebody in').first().click()
    await button('Ask bob in').click()
    await page.keyboard.press('Escape')
    await bob.button('Join without camera').click()
    await alice.reads('2 of 10')
    await button('Mute microphone').click()
    await page.locator('.tile').getByText('Camera off').waitFor()
    await shows('room-of-two')
    await button('Close the room for all').click()
    await shows('room-close')
    await button('Cancel').click()
    await button('Leave room').click()
    await bob.button('Ask somebody in').first().click()
    await bob.button('Ask alice in').click()
    await alice.reads('bob asks you into tea')
    await shows('invited')
    await button('Decline').click()
    const elsewhere = await visit(look)
    await elsewhere.login('alice')
    await alice.reads('You are signed in elsewhere')
    await shows('elsewhere')
    expect([...alice.faults, ...bob.faults]).toEqual([])
  })

  test('PAGE-20 the colours are those of the system, or those that are chosen, also at the next visit', async () => {
    const { visit } = await openHouse(browser, ends)
    const { page, button } = await visit({ colorScheme: 'dark' })
    const dark = await page.evaluate(GROUND)
    await button('Settings').click()
    await page.getByLabel('Colours').selectOption('Light')
    await expect.poll(() => page.evaluate(GROUND)).not.toBe(dark)
    await page.reload()
    await button('Sign in').waitFor()
    expect(await page.evaluate(GROUND)).not.toBe(dark)
  })

  test.for([
    { locale: 'de-AT', welcome: 'Anmelden', lang: 'de' },
    { locale: 'es-MX', welcome: 'Entrar', lang: 'es' },
    { locale: 'fr-FR', welcome: 'Sign in', lang: 'en' },
  ])('PAGE-19 a browser in $locale is spoken to in $lang', async ({ locale, welcome, lang }) => {
    const { visit } = await openHouse(browser, ends)
    const { page, button, faults } = await visit({ locale, viewport: phone })
    await button(welcome).waitFor()
    expect(await page.evaluate('document.documentElement.lang')).toBe(lang)
    expect(await page.evaluate(OVERHANG)).toBe(0)
    expect(faults).toEqual([])
  })

  test('PAGE-19 the language is changed at the door, and all of the page with it', async () => {
    const { visit } = await openHouse(browser, ends)
    const { page, button } = await visit()
    await button('Deutsch').click()
    await button('Anmelden').waitFor()
    await page.getByRole('radio', { name: 'Neues Konto' }).check()
    await page.getByRole('textbox', { name: 'Name' }).fill('anna')
    await page.getByLabel('Passwort', { exact: true }).fill('ein langes Passwort')
    await button('Konto anlegen').click()
    await page.getByText('Noch ist niemand sonst hier').waitFor()
    expect(await page.evaluate('document.documentElement.lang')).toBe('de')
  })
})
