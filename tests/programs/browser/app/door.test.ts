import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { endsAfterEach } from '../../../support/ends.ts'
import { canRun } from '../../program.ts'
import { startChromium } from '../chromium.ts'
import { openHouse } from './page-house.ts'
import { openTab, passwordOf } from './visitor.ts'

const ends = endsAfterEach()

describe.skipIf(!canRun('chromium'))('the door of the page', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await startChromium()
  })
  afterAll(() => browser.close())

  test('PAGE-10 somebody makes an account, leaves, and comes in again', async () => {
    const { enter } = await openHouse(browser, ends)
    const { page, button, login, faults } = await enter('zoë')
    await button('Sign out').click()
    await button('Sign in').waitFor()
    await login('zoë')
    await page.getByRole('heading', { name: 'zoë', level: 1 }).waitFor()
    expect(faults).toEqual([])
  })

  test('PAGE-10 a wrong password and a name that is taken are told in plain words', async () => {
    const { enter, visit } = await openHouse(browser, ends)
    await enter('alice')
    const { page, button, login, reads, faults } = await visit()
    await login('alice', 'a wrong one')
    await reads('Name or password is not right.')
    await page.getByRole('radio', { name: 'New account' }).check()
    await page.getByRole('alert').waitFor({ state: 'detached' })
    await button('Create account').click()
    await reads('This name is taken. Please choose another.')
    // The browser itself writes down that the answer was no.
    expect(faults.filter((fault) => !/status of (401|409)/.test(fault))).toEqual([])
  })

  test('PAGE-10 the page that is loaded anew is inside again, and after leaving it is not', async () => {
    const { enter, base } = await openHouse(browser, ends)
    const visitor = await enter('alice')
    const { page, button } = visitor
    await page.reload()
    await page.getByRole('heading', { name: 'alice', level: 1 }).waitFor()
    await button('Sign out').click()
    await page.reload()
    await button('Sign in').waitFor()
    // Another tab knows nothing of it.
    const tab = await openTab(visitor, base)
    await tab.button('Sign in').waitFor()
  })

  test('PAGE-10 where guests may come, a name is enough; elsewhere nobody is asked for it', async () => {
    const { visit, base } = await openHouse(browser, ends, { security: { guests: true } })
    const guest = await visit()
    await guest.page.getByRole('radio', { name: 'As a guest' }).check()
    await guest.page.getByRole('textbox', { name: 'Name' }).fill('gast')
    await guest.button('Come in').click()
    await guest.isInside('gast')
    await guest.page.reload()
    await guest.isInside('gast')
    await guest.reads('Guest')
    expect(guest.faults).toEqual([])
    expect(base).not.toBe('')

    const elsewhere = await (await openHouse(browser, ends)).visit()
    await elsewhere.button('Sign in').waitFor()
    expect(await elsewhere.page.getByRole('radio').count()).toBe(2)
  })

  test('PAGE-18 who signs in elsewhere is told so where it was, and can take it back', async () => {
    const { enter, visit } = await openHouse(browser, ends)
    const here = await enter('alice')
    const there = await visit()
    await there.login('alice')
    await there.isInside('alice')
    await here.reads('You are signed in elsewhere')
    await here.button('Use it here').click()
    await here.isInside('alice')
    await there.reads('You are signed in elsewhere')
    expect([...here.faults, ...there.faults]).toEqual([])
  })

  test('PAGE-34 a code to register by comes with the link, and is asked for; where nobody may, nobody is asked', async () => {
    const { visit, base } = await openHouse(browser, ends, { security: { registration: 'invite' } })
    const visitor = await visit()
    const { page } = visitor
    await page.goto(`${base}/app/?anew#invite=AAAAA-AAAAA`)
    expect(await page.getByLabel('Invite code').inputValue()).toBe('AAAAA-AAAAA')
    expect(page.url()).not.toContain('AAAAA')
    await page.getByRole('textbox', { name: 'Name' }).fill('alice')
    await page.getByLabel('Password', { exact: true }).fill('a long password')
    await visitor.button('Create account').click()
    await visitor.reads('This invite code is not known, was used already or has expired.')
    const closed = await openHouse(browser, ends, { security: { registration: 'closed' } })
    const other = await closed.visit()
    await other.page.getByRole('radio', { name: 'Sign in' }).waitFor()
    expect(await other.page.getByRole('radio', { name: 'New account' }).count()).toBe(0)
  })

  test('PAGE-33 who does not want to be disturbed says so, and it is so at the next visit', async () => {
    const { enter } = await openHouse(browser, ends)
    const { page, button, login } = await enter('alice')
    const wish = page.getByLabel('Do not disturb: nobody can ring me, at any of my devices')
    await button('Settings').click()
    await wish.check()
    await button('Close').first().click()
    const bob = await enter('bob')
    await bob.call('alice')
    await bob.reads(/cannot be reached/)
    await button('Sign out').click()
    await login('alice')
    await button('Settings').click()
    await expect.poll(() => wish.isChecked()).toBe(true)
  })

  test('PAGE-16 a password is changed, and an account is deleted for good', async () => {
    const { enter } = await openHouse(browser, ends)
    const { page, button, login, reads } = await enter('alice')
    await button('Settings').click()
    await page.getByText('Change password').first().click()
    await page.getByLabel('Present password').fill('a wrong one')
    await page.getByLabel('New password').fill('another password')
    await button('Change password').click()
    await reads('Name or password is not right.')
    await page.getByLabel('Present password').fill(passwordOf('alice'))
    await button('Change password').click()
    await reads('Your password is changed.')
    await button('Close').first().click()
    await button('Sign out').click()
    await login('alice', 'another password')
    await button('Settings').click()
    await page.getByText('Delete account').first().click()
    await page.getByLabel('Your password, to be sure').fill('another password')
    await button('Delete for good').click()
    await button('Sign in').waitFor()
    await login('alice', 'another password')
    await reads('Name or password is not right.')
  })
})
