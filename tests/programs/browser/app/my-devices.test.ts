import wrtc from '@roamhq/wrtc'
import type { Browser } from 'playwright-core'
import { type Call, type Client, connect } from 'roomrtc-client'
import { devicesOf } from 'roomrtc-client/devices'
import { bindMedia } from 'roomrtc-client/media'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { endsAfterEach } from '../../../support/ends.ts'
import { canRun } from '../../program.ts'
import { startChromium } from '../chromium.ts'
import { openHouse } from './page-house.ts'
import { passwordOf } from './visitor.ts'

const ends = endsAfterEach()

describe.skipIf(!canRun('chromium'))('several devices of one user', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await startChromium()
  })
  afterAll(() => browser.close())

  /** alice at two pages and at a native client, and bob at a page. */
  async function house() {
    const { visit, enter, port } = await openHouse(browser, ends, { security: { max_sessions_per_user: 4 } })
    const laptop = await enter('alice')
    const tablet = await visit()
    await tablet.login('alice')
    await tablet.isInside('alice')
    const native = await connect(`tcp://127.0.0.1:${port}`)
    ends.push(() => native.close())
    await native.login({ username: 'alice', password: passwordOf('alice') })
    return { laptop, tablet, native, bob: await enter('bob') }
  }

  test('PAGE-41 a call rings at all of them, and is answered at one', async () => {
    const { laptop, tablet, native, bob } = await house()
    const rung = new Promise<Call>((resolve) => native.on('call', resolve))
    await bob.call('alice')
    await tablet.page.getByRole('alertdialog', { name: 'bob is calling you' }).waitFor()
    await laptop.button('Accept').click()
    await Promise.all([laptop.sees(), bob.sees()])
    await tablet.reads('You answered bob on another device.')
    expect(await (await rung).until('over')).toMatchObject({ reason: 'answered_elsewhere' })
    await laptop.button('Hang up').click()
    await bob.reads('Your call with alice is over.')

    await bob.call('alice')
    await tablet.button('Decline').click()
    await laptop.reads('You declined the call from bob on another device.')
    await bob.reads('alice cannot talk right now.')

    // The same from the native client.
    for (const accepted of [true, false]) {
      const rings = new Promise<Call>((resolve) => native.on('call', resolve))
      await bob.call('alice')
      const call = await rings
      for (const { page } of [laptop, tablet]) await page.getByRole('alertdialog').waitFor()
      if (accepted) call.accept()
      else call.decline()
      const did = accepted ? 'You answered bob' : 'You declined the call from bob'
      for (const page of [laptop, tablet]) await page.reads(`${did} on another device.`)
      if (accepted) await bob.button('Hang up').click()
    }
    expect([laptop, tablet, bob].flatMap(({ faults }) => faults)).toEqual([])
  })

  test('PAGE-41 it is taken from page to page, to a native client and back', async () => {
    const { laptop, tablet, native, bob } = await house()
    await laptop.call('bob')
    await bob.button('Accept').click()
    await Promise.all([laptop.sees(), bob.sees()])

    await lookAgain(tablet)
    await tablet.button('Take the call here').click()
    await laptop.reads('Your call with bob goes on at another device.')
    await tablet.sees()
    await tablet.button('Turn camera on').click()
    await bob.sees()

    const media = await take(native)
    await tablet.reads('Your call with bob goes on at another device.')
    await expect.poll(() => media.state.name).toBe('connected')

    await laptop.button('Take the call here').click()
    await expect.poll(() => media.state.name).toBe('closed')
    await laptop.sees()
    await bob.hears()

    const again = await take(native)
    await expect.poll(() => again.state.name).toBe('connected')
    await tablet.button('Take the call here').click()
    await tablet.sees()
    await expect.poll(() => again.state.name).toBe('closed')
    await lookAgain(laptop)
    await laptop.button('Take the call here').click()
    await Promise.all([laptop.sees(), bob.hears()])
    await bob.button('Hang up').click()
    await laptop.reads('Your call with bob is over.')
    expect([laptop, tablet, bob].flatMap(({ faults }) => faults)).toEqual([])
  })

  test('PAGE-42 the settings list them, and sign one out', async () => {
    const { laptop, tablet, native } = await house()
    await laptop.button('Settings').click()
    const list = laptop.page.getByRole('list', { name: 'Where you are signed in' })
    await expect.poll(() => list.getByRole('listitem').count()).toBe(3)
    await list.getByText('This page').waitFor()
    const others = list.getByRole('button', { name: /^Sign out there/ })
    expect(await others.count()).toBe(2)
    await others.first().click()
    await tablet.page.getByRole('heading', { name: 'You are signed out' }).waitFor()
    await expect.poll(() => list.getByRole('listitem').count()).toBe(2)
    await others.first().click()
    await expect.poll(() => native.state.name).toBe('signed-out')
  })

  /** What a page does when it comes to the front. */
  async function lookAgain({ page }: { readonly page: { evaluate: (script: string) => Promise<unknown> } }) {
    await page.evaluate(`document.dispatchEvent(new Event('visibilitychange'))`)
  }

  async function take(client: Client) {
    const devices = devicesOf(client)
    const device = (await devices.list()).find(({ callId }) => callId !== undefined)
    const call = await devices.takeCall(device?.callId ?? '')
    const { RTCPeerConnection, MediaStream } = wrtc
    const media = bindMedia(client, call, { RTCPeerConnection, MediaStream })
    ends.push(() => {
      media.close()
    })
    return media
  }
})
