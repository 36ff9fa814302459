import type { Browser, Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { endsAfterEach } from '../../../support/ends.ts'
import { temporaryDirectory } from '../../../support/files/uploads-daemon.ts'
import { httpAsk } from '../../../support/wire/http-client.ts'
import { canRun } from '../../program.ts'
import { startChromium } from '../chromium.ts'
import { openHouse } from './page-house.ts'
import { passwordOf, type Visitor } from './visitor.ts'

const ends = endsAfterEach()

describe.skipIf(!canRun('chromium'))('messages on the page', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await startChromium()
  })
  afterAll(() => browser.close())

  async function house() {
    const path = await temporaryDirectory(ends)
    const found = await openHouse(browser, ends, {
      messages: { enabled: true },
      uploads: { enabled: true, path },
      rate_limits: { chat_send_max_score: 1000 },
    })
    return { ...found, alice: await found.enter('alice'), bob: await found.enter('bob') }
  }

  const field = ({ page }: Visitor) => page.getByRole('textbox', { name: 'Write a message' })
  const messageIn = ({ page }: Visitor, text: string) =>
    page.locator('.message').filter({ hasText: text }).last()

  async function write(who: Visitor, text: string): Promise<void> {
    await field(who).fill(text)
    await field(who).press('Enter')
    await who.page.locator('.message:not(.is-pending)').filter({ hasText: text }).last().waitFor()
  }

  /** As somebody would who holds a file over the page, or has copied a picture. */
  function handOver(page: Page, event: 'drop' | 'paste', name: string, base64: string): Promise<unknown> {
    return page.evaluate(`(() => {
      const bytes = Uint8Array.from(atob('${base64}'), (letter) => letter.charCodeAt(0))
      const data = new DataTransfer()
      data.items.add(new File([bytes], '${name}'))
      const told = '${event}' === 'drop'
        ? new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true })
        : new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })
      document.querySelector('.talk textarea').dispatchEvent(told)
    })()`)
  }

  test('PAGE-50 PAGE-51 PAGE-53 PAGE-54 two people write to each other; what is new is counted until it is read', async () => {
    const { alice, bob } = await house()
    await bob.button('Write to alice').click()
    await write(bob, 'Are you there?')
    await write(bob, 'Hello?')
    await alice.button('Write to bob, 2 unread').waitFor()
    // By the keyboard alone.
    await alice.page.getByRole('list', { name: 'Messages' }).getByRole('button').press('Enter')
    await alice.reads('Are you there?')
    await alice.button('Write to bob').waitFor()
    await messageIn(bob, 'Hello?').getByText('Read').waitFor()
    await field(alice).pressSequentially('Yes')
    await bob.reads('alice is writing …')
    await field(alice).press('Shift+Enter')
    await field(alice).pressSequentially('I am')
    await field(alice).press('Enter')
    await bob.reads(/Yes\s+I am/)
    await expect.poll(() => bob.page.getByText('alice is writing …').count()).toBe(0)

    await field(alice).press('ArrowUp')
    await field(alice).fill('Yes, here')
    await field(alice).press('Enter')
    await messageIn(bob, 'Yes, here').getByText('edited').waitFor()
    await messageIn(bob, 'Yes, here').hover()
    await messageIn(bob, 'Yes, here').getByRole('button', { name: 'React', exact: true }).click()
    await bob.button('React with 👍').press('Enter')
    await alice.button('👍 1 by bob').waitFor()
    await messageIn(alice, 'Yes, here').hover()
    await messageIn(alice, 'Yes, here').getByRole('button', { name: 'Delete' }).click()
    await alice.page.getByRole('alertdialog').press('Escape')
    await messageIn(alice, 'Yes, here').getByRole('button', { name: 'Delete' }).click()
    await alice.page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click()
    await bob.reads('This message was deleted.')
    await field(alice).press('Escape')
    await expect.poll(() => alice.page.getByRole('complementary').count()).toBe(0)
    await expect.poll(() => alice.page.evaluate('document.activeElement.className')).toContain('row-button')
    expect([...alice.faults, ...bob.faults]).toEqual([])
  })

  test('PAGE-52 files are chosen, dropped and pasted; pictures are seen, and others saved', async () => {
    const { alice, bob } = await house()
    const made = sharp({ create: { width: 400, height: 300, channels: 3, background: 'teal' } })
    const picture = (await made.png().toBuffer()).toString('base64')
    await alice.button('Write to bob').click()
    const chosen = { name: 'plan.txt', mimeType: 'text/plain', buffer: Buffer.from('the plan') }
    await alice.page.locator('input[type=file]').setInputFiles(chosen)
    await handOver(alice.page, 'drop', 'dropped.png', picture)
    await handOver(alice.page, 'paste', 'pasted.png', picture)
    const drafts = alice.page.getByRole('list', { name: 'Files of the next message' })
    await expect.poll(() => drafts.getByText('ready').count()).toBe(3)
    await alice.button('Remove pasted.png').click()
    await alice.button('Send').click()

    await bob.button('Write to alice, 1 unread').click()
    const shown = bob.page.getByRole('link', { name: 'Open the picture dropped.png' }).locator('img')
    await shown.waitFor()
    await expect
      .poll(() => bob.page.evaluate('document.querySelector(".picture img").naturalWidth'))
      .toBe(320)
    const saved = bob.page.waitForEvent('download')
    await bob.page.getByRole('link', { name: /^Save the file plan.txt/ }).click()
    expect((await saved).suggestedFilename()).toBe('plan.txt')
    expect(await bob.page.getByText('pasted.png').count()).toBe(0)
    expect([...alice.faults, ...bob.faults]).toEqual([])
  })

  test('PAGE-51 what was written earlier comes as one scrolls up, and nothing jumps', async () => {
    const { base, alice, bob } = await house()
    const login = { username: 'bob', password: passwordOf('bob') }
    const { token, user_id } = (await httpAsk(`${base}/auth/login`, 'POST', login)).body
    const me = (
      await httpAsk(`${base}/auth/login`, 'POST', { username: 'alice', password: passwordOf('alice') })
    ).body['user_id']
    const conversation = encodeURIComponent([String(me), String(user_id)].toSorted().join('|'))
    const bearer = { authorization: `Bearer ${String(token)}` }
    for (let i = 1; i <= 70; i++)
      await httpAsk(`${base}/api/messages/${conversation}`, 'POST', { text: `Number ${i}.` }, bearer)
    await alice.button('Write to bob, 70 unread').click()
    const count = () => alice.page.locator('.message').count()
    const list = (script: string) =>
      alice.page.evaluate(`(box => ${script})(document.querySelector('.thread'))`)
    await expect.poll(count).toBe(30)
    const kept = alice.page.locator('.message').first()
    await list('(box.scrollTop = 100)')
    const before = await kept.boundingBox()
    await list('(box.scrollTop = 40)')
    await alice.page.getByText('Number 11.').waitFor({ state: 'attached' })
    const after = await messageIn(alice, 'Number 41.').boundingBox()
    expect((after?.y ?? 0) - (before?.y ?? 0)).toBeCloseTo(60, -1)
    await list('(box.scrollTop = 0)')
    await alice.page.getByText('Number 1.', { exact: true }).waitFor({ state: 'attached' })
    expect(await count()).toBe(70)
    // Whoever reads what is above is not drawn away from it.
    await bob.button('Write to alice').click()
    await write(bob, 'The latest')
    await alice.page.getByText('The latest').first().waitFor({ state: 'attached' })
    expect(await list('box.scrollHeight - box.scrollTop - box.clientHeight > 80')).toBe(true)
    expect([...alice.faults, ...bob.faults]).toEqual([])
  })

  test('PAGE-50 one writes beside a call, and to all in a room', async () => {
    const { alice, bob } = await house()
    await alice.call('bob', 'Voice')
    await bob.button('Accept').click()
    await alice.button('Write to bob').click()
    await write(alice, 'beside the call')
    await bob.button('Write to alice, 1 unread').click()
    await bob.reads('beside the call')
    await alice.hears()
    await alice.button('Hang up').click()
    await alice.page.getByLabel('Name of a room').fill('tea')
    await alice.button('Enter without camera').click()
    await alice.button('Write to tea').click()
    await alice.button('Ask somebody in').first().click()
    await alice.button('Ask bob in').click()
    await alice.page.keyboard.press('Escape')
    await bob.button('Join without camera').click()
    await bob.button('Write to tea').waitFor()
    await write(alice, 'to all')
    await bob.button('Write to tea, 1 unread').click()
    await bob.reads('to all')
    await bob.button('Leave room').click()
    await expect.poll(() => bob.page.getByRole('complementary').count()).toBe(0)
    expect([...alice.faults, ...bob.faults]).toEqual([])
  })
})
