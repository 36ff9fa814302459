import { safetyNumber } from 'roomrtc-client/media'
import { expect, test } from 'vitest'

const description = (...fingerprints: readonly string[]) => ({
  type: 'offer' as const,
  sdp: ['v=0', ...fingerprints.map((value) => `a=fingerprint:sha-256 ${value}`), 'm=audio 9', ''].join(
    '\r\n',
  ),
})

const [alice, bob, between, another] = ['AA:01', 'BB:02', 'CC:03', 'DD:04']

const numberOf = (own: readonly string[], peers: readonly string[]) =>
  safetyNumber({
    currentLocalDescription: description(...own),
    currentRemoteDescription: description(...peers),
  })

test('MEDIA-40 both sides have the same number, of twelve times five digits', async () => {
  const number = await numberOf([alice], [bob])
  expect(number).toMatch(/^(\d{5} ){11}\d{5}$/)
  expect(await numberOf([bob], [alice])).toBe(number)
  // As another browser writes them, and for each kind of media once more.
  expect(await numberOf(['aa:01', 'AA:01'], [bob])).toBe(number)
})

test.each([
  ['one certificate', [between], [between]],
  ['two certificates', [between], [another]],
  ['those of both beside its own', [bob, between], [alice, between]],
])(
  'MEDIA-40 somebody in between, with %s, makes the numbers differ',
  async (_with, shownToAlice, shownToBob) => {
    expect(await numberOf([alice], shownToAlice)).not.toBe(await numberOf([bob], shownToBob))
  },
)

test('MEDIA-40 there is no number before both have described themselves', async () => {
  const own = description(alice)
  expect(await safetyNumber({ currentLocalDescription: own, currentRemoteDescription: null })).toBeUndefined()
  expect(await numberOf([alice], [])).toBeUndefined()
})
