// Somebody in a call by the package for clients. What happens is driven, and looked at, from outside: `window.party`.
import { connect } from 'roomrtc-client'
import { bindMedia } from 'roomrtc-client/media'

const remote = document.querySelector('video')
const party = { states: [], events: [], losses: [], call: undefined, media: undefined, client: undefined }
window.party = party
let stream

function bind(call) {
  party.call = call
  party.media = bindMedia(party.client, call, {
    stream,
    quality: { everyMs: 500 },
    log: ({ event }) => party.events.push(event),
  })
  party.media.on('track', () => (remote.srcObject = party.media.remoteStream))
  party.media.on('state', ({ name }) => party.states.push(name))
  party.media.on('quality', (quality) => (party.quality = quality))
  call.on('resumed', () => party.events.push('resumed'))
}

party.enter = async (url, username) => {
  stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: true })
  const client = await connect(url, { reconnect: { firstMs: 100, maxMs: 500 } })
  party.client = client
  client.on('loss', (loss) => party.losses.push(loss))
  const account = { username, password: `a long password of ${username}` }
  await client.register(account)
  await client.login(account)
  client.on('call', (call) => {
    bind(call)
    call.accept()
  })
}

party.ring = async (username) => {
  bind(party.client.call(party.client.users.named(username)))
  await party.call.until('active')
}

/** A picture that changes, as a screen. */
party.share = async () => {
  const canvas = Object.assign(document.createElement('canvas'), { width: 320, height: 200 })
  const pen = canvas.getContext('2d')
  let at = 0
  setInterval(() => {
    at = (at + 5) % 360
    pen.fillStyle = `hsl(${at} 100% 50%)`
    pen.fillRect(0, 0, canvas.width, canvas.height)
  }, 50)
  party.screen = canvas.captureStream(20)
  await party.media.shareScreen(party.screen)
}

/** What arrives and is played. Silence has no energy. */
party.heard = async () => {
  const found = { bytes: 0, energy: 0, frames: 0, width: 0, played: remote.currentTime }
  for (const { type, kind, bytesReceived, totalAudioEnergy, framesDecoded, frameWidth } of (
    await party.media.peerConnection.getStats()
  ).values()) {
    if (type !== 'inbound-rtp') continue
    found.bytes += bytesReceived
    if (kind === 'audio') found.energy += totalAudioEnergy
    else {
      found.frames += framesDecoded
      found.width = frameWidth
    }
  }
  return found
}
