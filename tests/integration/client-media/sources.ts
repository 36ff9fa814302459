import wrtc from '@roamhq/wrtc'

const { MediaStream, nonstandard } = wrtc
const SAMPLES_A_SECOND = 48_000
const SAMPLES_A_BLOCK = 480
const BLOCK_MS = 10
const FRAME_MS = 33
const HERTZ = 440
const LOUDNESS = 8000

/** A tone that goes on until the process ends. */
export function tone(): MediaStreamTrack {
  const source = new nonstandard.RTCAudioSource()
  const samples = Int16Array.from(
    { length: SAMPLES_A_BLOCK },
    (_, i) => LOUDNESS * Math.sin((i * 2 * Math.PI * HERTZ) / SAMPLES_A_SECOND),
  )
  setInterval(() => {
    source.onData({ samples, sampleRate: SAMPLES_A_SECOND })
  }, BLOCK_MS)
  return source.createTrack()
}

/** A picture that changes all the time, until the process ends. */
export function picture(width: number, height: number): MediaStreamTrack {
  const source = new nonstandard.RTCVideoSource()
  // I420: a byte a pixel for the light, and a quarter each of that for two colours.
  const data = new Uint8Array(width * height * 1.5)
  let light = 0
  setInterval(() => {
    light = (light + 1) % 256
    data.fill(light)
    source.onFrame({ width, height, data })
  }, FRAME_MS)
  return source.createTrack()
}

export function streamOf(...tracks: MediaStreamTrack[]): MediaStream {
  return new MediaStream(tracks)
}
