import type { Browser } from 'playwright-core'
import { connect } from 'roomrtc-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { endsAfterEach } from '../../../support/ends.ts'
import { canRun } from '../../program.ts'
import { startChromium } from '../chromium.ts'
import { openHouse } from './page-house.ts'
import type { Visitor } from './visitor.ts'

const ends = endsAfterEach()
const AWAY_MS = 10_000

/** What a browser writes down where a connection is cut or refused. */
const CUT = /WebSocket connection to|ERR_CONNECTION|ERR_EMPTY_RESPONSE/

describe.skipIf(!canRun('chromium'))('a call that goes on', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await startChromium()
  })
  afterAll(() => browser.close())

  async function talking(overrides: Parameters<typeof openHouse>[2] = {}) {
    const house = await openHouse(browser, ends, overrides)
    const alice = await house.enter('alice')
    const bob = await house.enter('bob')
    await alice.call('bob')
    await bob.button('Accept').click()
    await Promise.all([alice.sees(), bob.sees()])
    return { house, alice, bob }
  }

  const banner = ({ page }: Visitor) =>
    page.getByText('The connection is lost. Reconnecting … Your call goes on.')

  /** They hear and see each other, the time runs, and what one does comes to the other. */
  async function expectAllWell(alice: Visitor, bob: Visitor): Promise<void> {
    await Promise.all([alice.hears(), alice.sees(), bob.hears(), bob.sees()])
    await alice.button('Mute microphone').click()
    await bob.reads('alice’s microphone is off')
    await bob.button('Hang up').click()
    await alice.reads('Your call with bob is over.')
    expect([...alice.faults, ...bob.faults].filter((fault) => !CUT.test(fault))).toEqual([])
  }

  test('PAGE-17 the server is away for ten seconds in mid-call: a banner says so, and the call goes on', async () => {
    const { house, alice, bob } = await talking()
    house.way.cut()
    await Promise.all([banner(alice).waitFor(), banner(bob).waitFor()])
    const before = await alice.seconds()
    await alice.page.waitForTimeout(AWAY_MS)
    // Media goes from one to the other, and needs no server.
    await Promise.all([alice.hears(), alice.sees(), bob.hears(), bob.sees()])
    expect(await alice.seconds()).toBeGreaterThanOrEqual(before + AWAY_MS / 1000 - 1)
    house.way.mend()
    await Promise.all([alice, bob].map((visitor) => banner(visitor).waitFor({ state: 'detached' })))
    await expectAllWell(alice, bob)
  })

  test('PAGE-17 the server is started anew in mid-call: media and time go on, and nothing is lost', async () => {
    const { house, alice, bob } = await talking()
    const before = await alice.seconds()
    house.way.cut()
    await Promise.all([banner(alice).waitFor(), banner(bob).waitFor()])
    await house.restart()
    await Promise.all([alice, bob].map((visitor) => banner(visitor).waitFor({ state: 'detached' })))
    await expect.poll(() => alice.seconds()).toBeGreaterThan(before)
    expect(await alice.page.getByText('Something was lost').count()).toBe(0)
    await expectAllWell(alice, bob)
  })

  test('PAGE-17 who loads the page anew in mid-call ends the call, and is there to be called again', async () => {
    const { alice, bob } = await talking()
    await bob.page.reload()
    await alice.reads('Your call with bob is over.')
    await bob.isInside('bob')
    await alice.call('bob')
    await bob.button('Accept').click()
    await Promise.all([alice.sees(), bob.sees()])
    expect([...alice.faults, ...bob.faults]).toEqual([])
  })

  test('PAGE-23 who was away is told of each call that came meanwhile, and can call back', async () => {
    const house = await openHouse(browser, ends)
    const alice = await house.enter('alice')
    house.way.cut()
    await alice.page.getByText('The connection is lost. Reconnecting …').waitFor()
    for (const username of ['bob', 'carol']) {
      const client = await connect(`tcp://127.0.0.1:${house.port}`)
      ends.push(() => client.close())
      await client.register({ username, password: 'secret' })
      await client.login({ username, password: 'secret' })
      const call = client.call(client.users.named('alice') ?? '')
      await expect.poll(() => call.id).toBeDefined()
      call.cancel()
      await client.roundTrip()
    }
    house.way.mend()
    await alice.reads('You missed a call from bob.')
    await alice.reads('You missed a call from carol.')
    const missed = alice.page.locator('.recent').getByRole('listitem').filter({ hasText: 'Missed' })
    await expect.poll(() => missed.count()).toBe(2)
    await missed.filter({ hasText: 'bob' }).getByRole('button').click()
    await alice.button('Cancel call').click()
    expect(alice.faults.filter((fault) => !CUT.test(fault))).toEqual([])
  })

  test('PAGE-30 who was called while nobody was signed in finds it at the next visit, once, and can call back', async () => {
    const house = await openHouse(browser, ends)
    const first = await house.enter('alice')
    await first.button('Sign out').click()
    await first.page.getByRole('heading', { name: 'alice', level: 1 }).waitFor({ state: 'detached' })
    const client = await connect(`tcp://127.0.0.1:${house.port}`)
    ends.push(() => client.close())
    await client.register({ username: 'bob', password: 'secret' })
    await client.login({ username: 'bob', password: 'secret' })
    await client.call(client.users.named('alice') ?? '').until('over')

    const alice = await house.visit()
    await alice.login('alice')
    await alice.isInside('alice')
    await alice.reads('You missed a call from bob.')
    const missed = alice.page.locator('.recent').getByRole('listitem').filter({ hasText: 'Missed' })
    await missed.filter({ hasText: 'bob' }).getByRole('button').click()
    await alice.button('Cancel call').click()

    // It counts as seen, and stays in the list.
    await alice.page.reload()
    await alice.isInside('alice')
    await missed.filter({ hasText: 'bob' }).waitFor()
    expect(await alice.page.getByText('You missed a call').count()).toBe(0)
    expect([...first.faults, ...alice.faults]).toEqual([])
  })

  test('PAGE-17 who was away for too long is signed in anew, and told what is lost', async () => {
    const { house, alice } = await talking({ resume: { window_ms: 1000 } })
    house.way.cut()
    await alice.page.waitForTimeout(4000)
    house.way.mend()
    await alice.reads('Something was lost')
    await alice.reads('The call with bob has ended by it.')
    await alice.isInside('alice')
    await alice.call('bob')
    await alice.button('Cancel call').click()
  })
})
