import { beforeAll, expect, test } from 'vitest'
import { startTestDaemon } from '../../support/house/running-daemon.ts'
import { play } from './play.ts'

let seen: unknown

beforeAll(async () => {
  const ends: (() => unknown)[] = []
  const daemon = await startTestDaemon({ webrtc: { stun_servers: [] } })
  ends.push(() => daemon.stop())
  try {
    seen = await play(ends, `tcp://127.0.0.1:${daemon.port}`, 'tracks')
  } finally {
    for (const end of ends.toReversed()) await end()
  }
}, 120_000)

const expectSeen = (part: object): void => {
  expect(seen).toMatchObject({ happened: part })
}

test('MEDIA-1 two hear and see each other, and the tracks are in the stream', () => {
  expectSeen({ kinds: ['audio', 'video'] })
})

test('MEDIA-10 while either holds the call not a byte of media is sent, and it goes on afterwards with the same tracks', () => {
  const inactive = 'inactive,inactive'
  expectSeen({
    'held by alice': [inactive, inactive, 'not measured'],
    'held by bob': ' ',
    'after the holds': 2,
  })
})

test('MEDIA-11 a mute disables the track, and its end enables it', () => {
  expectSeen({ 'muted, not muted': [false, true] })
})

test('MEDIA-12 a screen takes the place of the camera without a negotiation, and leaves it when its track ends', () => {
  expectSeen({ sharing: [true, true], 'sharing afterwards': [false, 'ended'] })
})

test('MEDIA-12 MEDIA-13 a stream without pictures ends them, a screen begins them, and another stream has its own', () => {
  expectSeen({ 'other streams': ['audio', 'audio,video'] })
})

test('MEDIA-14 the quality is told, with its figures', () => {
  expectSeen({
    quality: { figures: expect.arrayContaining(['bitrateKbps', 'jitterMs', 'lossPercent', 'roundTripMs']) },
  })
})

test('MEDIA-17 the end of the call is that of the media, and nothing goes wrong unseen', () => {
  expectSeen({ 'after the end': ['closed', 'closed'] })
  expect(seen).toMatchObject({ faults: [] })
})
