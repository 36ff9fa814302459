import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { endsAfterEach } from '../../../../support/ends.ts'
import { canRun } from '../../../program.ts'
import { startCuttingProxy } from '../cutting-proxy.ts'
import { openHouse } from '../page-house.ts'
import { openPage } from '../visitor.ts'
import { startHummingChromium } from './humming-chromium.ts'
import { FORGET_SPEAKERS, OPEN_CONNECTIONS, SPEAKERS } from './in-room.ts'
import { allReceive, entered, enterRoom, receives, small, tile } from './member.ts'

const ends = endsAfterEach()
const AWAY_MS = 10_000

/** What a browser writes down where a connection is cut or refused. */
const CUT = /WebSocket connection to|ERR_CONNECTION|ERR_EMPTY_RESPONSE/

describe.skipIf(!canRun('chromium'))('five in a room', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await startHummingChromium()
  })
  afterAll(() => browser.close())

  test(
    'PAGE-25 PAGE-26 PAGE-28 all twenty streams flow; one is cut for ten seconds, one is removed, one leaves',
    { timeout: 180_000 },
    async () => {
      const house = await openHouse(browser, ends)
      // erika has a way to the server of her own, which is cut.
      const way = await startCuttingProxy(ends, house.way.port)
      const [alice, bob] = [await entered(house, 'alice'), await entered(house, 'bob')]
      const [carol, dave] = [await entered(house, 'carol'), await entered(house, 'dave')]
      const erika = await openPage(browser, ends, `http://127.0.0.1:${way.port}`, small)
      await erika.register('erika')
      await enterRoom(erika)
      const five = { alice, bob, carol, dave, erika }
      await allReceive(five)

      const speakers = () => alice.page.evaluate(SPEAKERS)
      await expect.poll(speakers).toHaveLength(5)
      await bob.button('Mute microphone').click()
      await tile(alice, 'bob').getByText('Microphone off').waitFor()
      await expect.poll(() => tile(alice, 'bob').getAttribute('class')).not.toContain('is-speaking')
      await alice.page.evaluate(FORGET_SPEAKERS)
      // Meanwhile the others go on, and each of them is heard anew.
      await expect.poll(speakers).toHaveLength(4)
      expect(await speakers()).not.toContain('bob')
      await bob.button('Unmute microphone').click()
      await expect.poll(speakers).toContain('bob')

      way.cut()
      await erika.reads('The connection is lost. Reconnecting … Your call goes on.')
      const others = [alice, bob, carol, dave]
      await Promise.all(others.map((other) => tile(other, 'erika').getByText('Reconnecting …').waitFor()))
      await erika.page.waitForTimeout(AWAY_MS)
      // Media goes from one to the other, and needs no server.
      await allReceive(five)
      way.mend()
      await Promise.all(
        others.map((other) =>
          tile(other, 'erika').getByText('Reconnecting …').waitFor({ state: 'detached' }),
        ),
      )
      await allReceive(five)

      // alice has made the room.
      expect(await bob.button(/^Remove/).count()).toBe(0)
      await alice.button('Remove dave').click()
      await dave.reads('You were removed from tea.')
      await carol.button('Leave room').click()
      await carol.isInside('carol')
      const three = { alice, bob, erika }
      await allReceive(three)
      for (const visitor of Object.values(three))
        await expect.poll(() => visitor.page.evaluate(OPEN_CONNECTIONS)).toBe(2)
      for (const visitor of [carol, dave])
        await expect.poll(() => visitor.page.evaluate(OPEN_CONNECTIONS)).toBe(0)
      // Whoever was removed from an open room may come again.
      await enterRoom(dave)
      await receives(dave, ['alice', 'bob', 'erika'])
      await alice.button('Close the room for all').click()
      await alice.button('Close for all').click()
      for (const visitor of [bob, dave, erika]) await visitor.reads('tea was closed by who made it.')
      await isGone(alice)
      const faults = Object.values(five).flatMap((visitor) => visitor.faults)
      expect(faults.filter((fault) => !CUT.test(fault))).toEqual([])

      async function isGone({ page, isInside }: typeof alice): Promise<void> {
        await isInside('alice')
        expect(new URL(page.url()).hash).toBe('')
      }
    },
  )
})
