import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { endsAfterEach } from '../../support/ends.ts'
import { startJanus } from '../../support/programs/janus-server.ts'
import { openHouse } from '../browser/app/page-house.ts'
import { KEPT_CONNECTIONS, OPEN_CONNECTIONS } from '../browser/app/rooms/in-room.ts'
import { enterRoom, receives, tile } from '../browser/app/rooms/member.ts'
import { startChromium } from '../browser/chromium.ts'
import { canRun } from '../program.ts'

/** How many, up to eight; none where nobody says so, as each of them encodes, and decodes all others: see CONTRIBUTING.md. */
const PAGES = Number(process.env['ROOMRTC_SFU_PAGES'] ?? 0)

const NAMES = ['alice', 'bob', 'carol', 'dave', 'erika', 'frank', 'gina', 'hans'].slice(0, PAGES)

const ends = endsAfterEach()

/**
 * 640 pixels wide, and few pictures a second, and a microphone whose sound is sent as it is: this machine encodes each of
 * them once, and decodes each of them for every other page.
 */
const CAMERA = `(() => {
  const media = navigator.mediaDevices
  const open = media.getUserMedia.bind(media)
  const plain = { echoCancellation: false, noiseSuppression: false, autoGainControl: false }
  const camera = () => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 360 })
    const context = canvas.getContext('2d')
    let at = 0
    setInterval(() => {
      context.fillStyle = 'hsl(' + (at += 20) + ' 60% 40%)'
      context.fillRect(0, 0, 640, 360)
    }, 1000)
    return canvas.captureStream(1).getVideoTracks()
  }
  media.getUserMedia = async ({ audio, video }) => {
    const sound = audio ? (await open({ audio: plain })).getAudioTracks() : []
    return new MediaStream([...sound, ...(video ? camera() : [])])
  }
})()`

describe.runIf(PAGES > 1 && canRun('janus') && canRun('ip', 'iproute2') && canRun('chromium'))(
  'pages in a room with a media server',
  () => {
    let browser: Browser
    beforeAll(async () => {
      browser = await startChromium()
    })
    afterAll(() => browser.close())

    test(
      'MEDIA-30 MEDIA-31 each sees all the others by two connections, and again after Janus was killed and started',
      { timeout: 300_000 },
      async () => {
        const janus = await startJanus(ends)
        const { enter } = await openHouse(browser, ends, {
          rooms: { max_members: 8 },
          sfu: { urls: [janus.url], secret: janus.secret },
        })
        const looks = { scripts: [CAMERA, KEPT_CONNECTIONS], viewport: { width: 320, height: 400 } }
        const visitors = new Map<string, Awaited<ReturnType<typeof enter>>>()
        for (const name of NAMES) {
          const visitor = await enter(name, looks)
          // Many pages that draw what turns and slides have no time for the pictures.
          await visitor.page.emulateMedia({ reducedMotion: 'reduce' })
          visitors.set(name, visitor)
        }
        for (const visitor of visitors.values()) await enterRoom(visitor)
        const people = [...visitors.values()]
        const connections = () => Promise.all(people.map(({ page }) => page.evaluate(OPEN_CONNECTIONS)))
        await allReceive()
        expect(await connections()).toEqual(NAMES.map(() => 2))

        await janus.kill()
        for (const [name, visitor] of visitors) {
          const other = name === 'alice' ? 'bob' : 'alice'
          await tile(visitor, other).getByText('Interrupted …').waitFor()
        }
        await janus.start()
        await allReceive()
        expect(await connections()).toEqual(NAMES.map(() => 2))
        expect(people.flatMap(({ faults }) => faults)).toEqual([])

        /** One after the other, as to look is work as well. */
        async function allReceive(): Promise<void> {
          for (const [name, visitor] of visitors) {
            const others = NAMES.filter((other) => other !== name)
            await receives(visitor, others, { timeout: 60_000, interval: 1000 })
          }
        }
      },
    )
  },
)
