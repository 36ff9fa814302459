import { growing, received } from './received.ts'
import { picture, streamOf, tone } from './sources.ts'
import type { Party } from './two-in-a-call.ts'
import { inState, next, until } from './wait-for.ts'

/** What Bob sees of all that Alice does with her tracks, and she herself. */
export async function playWithTracks({ alice, bob }: { readonly alice: Party; readonly bob: Party }) {
  await Promise.all([inState(alice.media, 'connected'), inState(bob.media, 'connected')])
  const bothGrow = () =>
    until('sound and pictures at both', async () => (await grow(alice, bob)) === 'audio,video audio,video')
  const nothingGrows = () => until('silence at both', async () => (await grow(alice, bob)) === ' ')
  const seen: Record<string, unknown> = {}

  await bothGrow()
  seen['kinds'] = bob.media.remoteStream
    .getTracks()
    .map(({ kind }) => kind)
    .sort()

  alice.call.hold(true)
  await nothingGrows()
  seen['held by alice'] = [directions(alice), directions(bob), bob.media.quality ?? 'not measured']
  bob.call.hold(true)
  await bob.call.until('held')
  alice.call.hold(false)
  await until('that only bob holds', () => heldBy(alice) === 'peer' && heldBy(bob) === 'me')
  seen['held by bob'] = await grow(alice, bob)
  bob.call.hold(false)
  await bothGrow()
  seen['after the holds'] = bob.media.remoteStream.getTracks().length

  const camera = alice.media.peerConnection.getSenders().find(({ track }) => track?.kind === 'video')?.track
  alice.call.mute({ video: true })
  const muted = camera?.enabled
  alice.call.mute({ video: false })
  seen['muted, not muted'] = [muted, camera?.enabled]

  const [screen, sharing] = [picture(640, 480), next(alice.media, 'sharing')]
  const before = alice.media.peerConnection.localDescription?.sdp
  await alice.media.shareScreen(streamOf(screen))
  await until('the screen at bob', async () => (await received(bob.media)).width === 640)
  seen['sharing'] = [await sharing, alice.media.peerConnection.localDescription?.sdp === before]
  const over = next(alice.media, 'sharing')
  screen.dispatchEvent(new Event('ended'))
  seen['sharing afterwards'] = [await over, screen.readyState]
  await until('the camera at bob', async () => (await received(bob.media)).width === 320)

  const sent: string[] = []
  const noteSent = async () => sent.push((await growing(bob.media)).join())
  const microphone = streamOf(tone())
  await alice.media.setStream(microphone)
  await until('sound alone at bob', async () => (await growing(bob.media)).join() === 'audio')
  await noteSent()
  await alice.media.shareScreen(streamOf(picture(640, 480)))
  await until('the screen without a camera', async () => (await growing(bob.media)).join() === 'audio,video')
  await alice.media.stopSharing()
  await until('sound alone again', async () => (await growing(bob.media)).join() === 'audio')
  await alice.media.setStream(streamOf(picture(320, 240), tone()))
  await until('a camera again', async () => (await growing(bob.media)).join() === 'audio,video')
  await noteSent()
  seen['other streams'] = sent

  const quality = await next(bob.media, 'quality', ({ figures }) => figures.bitrateKbps !== undefined)
  seen['quality'] = { ...quality, figures: Object.keys(quality.figures).sort() }
  return seen
}

async function grow(...parties: Party[]): Promise<string> {
  return (await Promise.all(parties.map(async ({ media }) => (await growing(media)).join()))).join(' ')
}

function directions({ media }: Party): string {
  return media.peerConnection
    .getTransceivers()
    .map(({ currentDirection }) => currentDirection)
    .join()
}

function heldBy({ call }: Party): string {
  return call.state.name === 'held' ? call.state.by : 'nobody'
}
