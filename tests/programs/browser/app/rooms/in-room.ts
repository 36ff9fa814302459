/** Scripts that run in the page of somebody in a room. */

/**
 * A camera of its own for each page, so small that one machine has room for five. Chromium's is one for all pages, and
 * now and then gives none of them a picture any more once several have opened it.
 */
export const SMALL_CAMERA = `(() => {
  const media = navigator.mediaDevices
  const open = media.getUserMedia.bind(media)
  const camera = () => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 160, height: 120 })
    const context = canvas.getContext('2d')
    let at = 0
    setInterval(() => {
      context.fillStyle = 'hsl(' + (at += 20) + ' 60% 40%)'
      context.fillRect(0, 0, 160, 120)
    }, 200)
    return canvas.captureStream(5).getVideoTracks()
  }
  media.getUserMedia = async ({ audio, video }) => {
    const sound = audio ? (await open({ audio })).getAudioTracks() : []
    return new MediaStream([...sound, ...(video ? camera() : [])])
  }
})()`

/** Keeps the connections of the page where FLOWS finds them. */
export const KEPT_CONNECTIONS = `(() => {
  window.connections = []
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...given) {
      super(...given)
      window.connections.push(this)
    }
  }
})()`

/** Of each of the others, by the name that stands there: the bytes of sound and the pictures that have come. */
export const FLOWS = `(async () => {
  const open = window.connections.filter(({ connectionState }) => connectionState !== 'closed')
  const reports = await Promise.all(open.map((connection) => connection.getStats()))
  const entries = reports.flatMap((report) => [...report.values()]).filter(({ type }) => type === 'inbound-rtp')
  const flows = {}
  for (const tile of document.querySelectorAll('.tile:not(.is-own)')) {
    const tracks = tile.querySelector('video')?.srcObject?.getTracks() ?? []
    const of = (kind) => entries.find((entry) => entry.kind === kind && tracks.some(({ id }) => id === entry.trackIdentifier))
    const name = tile.querySelector('.tile-name').textContent
    flows[name] = { sound: of('audio')?.bytesReceived ?? 0, pictures: of('video')?.framesDecoded ?? 0 }
  }
  return flows
})()`

/** Who was marked as speaking since the page began, by name. */
export const SPEAKERS = `(() => {
  window.speakers ??= new Set()
  const look = () => {
    for (const tile of document.querySelectorAll('.tile.is-speaking')) {
      window.speakers.add(tile.querySelector('.tile-name').textContent)
    }
  }
  if (!window.looking) window.looking = setInterval(look, 50)
  return [...window.speakers]
})()`

export const FORGET_SPEAKERS = 'window.speakers = new Set()'

/** Connections that are still open. */
export const OPEN_CONNECTIONS = `window.connections.filter(({ connectionState }) => connectionState !== 'closed').length`

export const COPIED = 'navigator.clipboard.readText()'
