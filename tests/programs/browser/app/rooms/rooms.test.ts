import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { endsAfterEach } from '../../../../support/ends.ts'
import { canRun } from '../../../program.ts'
import { startChromium } from '../../chromium.ts'
import { openHouse } from '../page-house.ts'
import { openPage } from '../visitor.ts'
import { COPIED } from './in-room.ts'
import { allReceive, entered, enterRoom, isIn, receives, small, tile } from './member.ts'

const ends = endsAfterEach()

describe.skipIf(!canRun('chromium'))('rooms', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await startChromium()
  })
  afterAll(() => browser.close())

  test('PAGE-24 PAGE-27 one makes a room, the list has it, and a link leads there through the door', async () => {
    const { base, enter, visit } = await openHouse(browser, ends, { security: { guests: true } })
    const alice = await enter('alice', small)
    const bob = await enter('bob', small)
    await alice.page.getByLabel('Your name there').fill('Alice at home')
    await enterRoom(alice, 'Tea time', 'Tea-time')
    // What is not in this list is taken away.
    await alice.context.grantPermissions(['clipboard-read', 'clipboard-write', 'microphone', 'camera'])
    await alice.button('Copy link').click()
    await alice.reads('The link is copied.')
    const link = String(await alice.page.evaluate(COPIED))
    expect(link).toBe(`${base}/app/#room=Tea-time`)

    await bob.button('Enter Tea-time without camera').click()
    await tile(alice, 'bob').getByText('Camera off').waitFor()
    await tile(bob, 'Alice at home').waitFor()
    const guest = await visit(small)
    await guest.page.goto(link)
    await guest.page.reload()
    await guest.reads('You are on your way into the room “Tea-time”.')
    await guest.page.getByRole('radio', { name: 'As a guest' }).check()
    await guest.page.getByRole('textbox', { name: 'Name' }).fill('gina')
    await guest.button('Come in').click()
    await isIn(guest, 'Tea-time')
    // bob shows his face after all.
    await bob.button('Turn camera on').click()
    await tile(alice, 'bob').getByText('Camera off').waitFor({ state: 'detached' })
    await allReceive({ 'Alice at home': alice, bob, gina: guest })

    // Whoever loads the page anew comes in again, under the same name.
    await alice.page.reload()
    await isIn(alice, 'Tea-time')
    await allReceive({ 'Alice at home': alice, bob, gina: guest })
    await alice.button('Remove gina').click()
    await guest.reads('You were removed from Tea-time.')
    expect([...alice.faults, ...bob.faults, ...guest.faults]).toEqual([])
  })

  test('PAGE-27 somebody is asked in, declines, is asked again and joins; nobody else may enter', async () => {
    const board = { id: 'board', name: 'The board', max_members: 2, invite_only: true }
    const house = await openHouse(browser, ends, { rooms: { permanent: [board] } })
    const alice = await house.enter('alice', small)
    const bob = await house.enter('bob', small)
    await enterRoom(alice)
    await alice.button('Ask somebody in').first().click()
    await alice.button('Ask bob in').click()
    await bob.reads('alice asks you into tea')
    await bob.button('Decline').click()
    await bob.page.getByText('alice asks you into tea').waitFor({ state: 'detached' })
    await alice.button('Ask bob in').click()
    await bob.button('Join').click()
    await alice.page.keyboard.press('Escape')
    await allReceive({ alice, bob })
    // Permanent rooms are made by nobody.
    await bob.button('Leave room').click()
    await bob.page.getByLabel('Name of a room').fill('board')
    await bob.button('Enter').click()
    await bob.reads('You could not enter board.')
    await bob.reads('Only who is asked in may enter. Ask somebody who is inside.')
    await enterRoom(bob)
    await receives(alice, ['bob'])
    expect([...alice.faults, ...bob.faults]).toEqual([])
  })

  test('PAGE-28 PAGE-29 a full room lets nobody in; who was away for too long is in the room again', async () => {
    const house = await openHouse(browser, ends, { rooms: { max_members: 2 }, resume: { window_ms: 1000 } })
    const [alice, bob] = [await entered(house, 'alice'), await entered(house, 'bob')]
    await allReceive({ alice, bob })
    const carol = await openPage(browser, ends, house.base, small)
    await carol.page.goto(`${house.base}/app/#room=tea`)
    await carol.page.reload()
    await carol.register('carol')
    await carol.reads('The room is full. Try again when somebody has left.')
    await carol.page.close()
    house.way.cut()
    await alice.page.waitForTimeout(3000)
    house.way.mend()
    for (const visitor of [alice, bob]) await visitor.reads('Something was lost')
    await Promise.all([isIn(alice), isIn(bob)])
    await allReceive({ alice, bob })
  })
})
