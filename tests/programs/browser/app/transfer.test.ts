import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { endsAfterEach } from '../../../support/ends.ts'
import { canRun } from '../../program.ts'
import { startChromium } from '../chromium.ts'
import { openHouse } from './page-house.ts'
import type { Visitor } from './visitor.ts'

const ends = endsAfterEach()

describe.skipIf(!canRun('chromium'))('a call that is handed over', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await startChromium()
  })
  afterAll(() => browser.close())

  const handOver = async (from: Visitor, to: string) => {
    await from.button('Hand over').click()
    await from.button(`Hand over to ${to}`).click()
  }

  test('PAGE-40 it goes on if nobody accepts it, and with the third one who does', async () => {
    const { enter } = await openHouse(browser, ends)
    const [alice, bob, carol] = [await enter('alice'), await enter('bob'), await enter('carol')]
    await alice.call('bob')
    await bob.button('Accept').click()
    await Promise.all([alice.sees(), bob.sees()])
    await alice.button('Mute microphone').click()

    await handOver(bob, 'carol')
    await Promise.all([alice.reads('It rings at carol …'), bob.reads('It rings at carol …')])
    await carol.button('Decline').click()
    await bob.reads('carol cannot talk right now. Your call goes on.')
    await handOver(bob, 'carol')
    await carol.page.getByRole('alertdialog', { name: 'alice is calling you' }).waitFor()
    await bob.button('Do not hand over').click()
    await carol.reads('You missed a call from alice.')
    await Promise.all([alice.sees(), bob.sees()])

    await handOver(bob, 'carol')
    await carol.button('Accept').click()
    await bob.reads('alice is talking to carol now.')
    await Promise.all([alice.sees(), carol.sees(), alice.hears()])
    await alice.reads('You are talking to carol now.')
    // What was muted stays so.
    await carol.reads('alice’s microphone is off')
    await alice.button('Hang up').click()
    await carol.reads('Your call with alice is over.')
    expect([alice, bob, carol].flatMap(({ faults }) => faults)).toEqual([])
  })
})
