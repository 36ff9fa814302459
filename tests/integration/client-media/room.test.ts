import { beforeAll, expect, test } from 'vitest'
import { startTestDaemon } from '../../support/house/running-daemon.ts'
import { play } from './play.ts'

let seen: unknown

beforeAll(async () => {
  const ends: (() => unknown)[] = []
  const daemon = await startTestDaemon({ webrtc: { stun_servers: [] } })
  ends.push(() => daemon.stop())
  try {
    seen = await play(ends, `tcp://127.0.0.1:${daemon.port}`, 'room')
  } finally {
    for (const end of ends.toReversed()) await end()
  }
}, 120_000)

const expectSeen = (part: object): void => {
  expect(seen).toMatchObject({ happened: part })
}

test('MEDIA-21 three in a room hear each other, and the streams are there by member', () => {
  const two = [['audio'], ['audio']]
  expectSeen({ streams: [two, two, two] })
})

test('MEDIA-22 who is cut off and comes back hears and is heard on, and gets what has changed meanwhile', () => {
  expectSeen({ 'the same connections': true })
})

test('MEDIA-23 a mute of the room disables the track, also when a member leaves', () => {
  expectSeen({ removed: { 'who is muted stays so': false }, 'not muted': true })
})

test('MEDIA-24 the media of who is removed is closed at both ends, and nobody else’s', () => {
  expectSeen({
    gone: true,
    removed: { sizes: [1, 1, 0], connection: 'closed', 'her microphone': 'live' },
  })
})

test('MEDIA-24 the end of the room is that of all its media, and nothing goes wrong unseen', () => {
  expectSeen({ 'after the end': [0, 0, 0] })
  expect(seen).toMatchObject({ faults: [] })
})
