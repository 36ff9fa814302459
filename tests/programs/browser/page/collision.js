// Both ends of a call in one page, whose signals can be kept back. Driven, and looked at, from outside: `window.pair`.
import { bindMedia } from 'roomrtc-client/media'
import { pairCalls } from '../../../support/client-media/paired-calls.ts'

const calls = pairCalls()
const pair = { calls, ends: [], faults: [] }
window.pair = pair

pair.begin = async () => {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: true })
  for (const call of calls) {
    const video = Object.assign(document.createElement('video'), { autoplay: true })
    document.body.append(video)
    const media = bindMedia(call.client, call, {
      stream,
      quality: false,
      log: ({ event, step }) => pair.faults.push(`${event} ${step}`),
    })
    media.on('track', () => (video.srcObject = media.remoteStream))
    pair.ends.push({ media, video })
  }
}

/** From now on what each offers does not reach the other; then both do this; `collide` lets the offers meet. */
pair.keepBack = (deed) => {
  for (const call of calls) call.cut()
  for (const [i, call] of calls.entries()) deed(call, pair.ends[i].media)
}
pair.collide = () => {
  for (const call of calls) call.mend()
}

pair.states = () => pair.ends.map(({ media }) => media.peerConnection.signalingState)
pair.directions = () =>
  pair.ends.map(({ media }) =>
    media.peerConnection.getTransceivers().map(({ currentDirection }) => currentDirection),
  )

/** How many pictures each has been shown, and how much sound has come. */
pair.shown = () => pair.ends.map(({ video }) => video.getVideoPlaybackQuality().totalVideoFrames)
pair.heard = () =>
  Promise.all(
    pair.ends.map(async ({ media }) => {
      const stats = [...(await media.peerConnection.getStats()).values()]
      return stats.find(({ type, kind }) => type === 'inbound-rtp' && kind === 'audio')?.totalAudioEnergy ?? 0
    }),
  )
