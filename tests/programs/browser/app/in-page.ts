/** Scripts that run in the page, where they look at what a person would look at. */

/** How many pictures of the other one have been shown. */
export const SEES = `(() => {
  const video = document.querySelector('.remote-video:not(.is-hidden)')
  return video ? video.getVideoPlaybackQuality().totalVideoFrames : 0
})()`

/** Whether the other one shows the green of Chromium's camera. */
export const GREEN = `(() => {
  const video = document.querySelector('.remote-video')
  if (!video || video.videoWidth === 0) return 'nothing'
  const canvas = Object.assign(document.createElement('canvas'), { width: 8, height: 8 })
  const context = canvas.getContext('2d')
  context.drawImage(video, 0, 0, 8, 8)
  const { data } = context.getImageData(0, 0, 8, 8)
  let [red, green] = [0, 0]
  for (let i = 0; i < data.length; i += 4) (red += data[i]), (green += data[i + 1])
  return green > 2 * red ? 'green' : 'other'
})()`

/** How much sound of the other one has come: it is measured from the first time that this is asked. */
export const HEARS = `(() => {
  const stream = document.querySelector('.remote-video')?.srcObject
  if (!stream || stream.getAudioTracks().length === 0) return 0
  const ear = (window.ear ??= { heard: 0 })
  if (ear.stream !== stream) {
    ear.stream = stream
    ear.context ??= new AudioContext()
    const analyser = new AnalyserNode(ear.context, { fftSize: 2048 })
    ear.context.createMediaStreamSource(stream).connect(analyser)
    const samples = new Float32Array(analyser.fftSize)
    clearInterval(ear.timer)
    ear.timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples)
      if (samples.some((sample) => Math.abs(sample) > 0.01)) ear.heard += 1
    }, 20)
  }
  return ear.heard
})()`

/** How far things stand out to the right. */
export const OVERHANG = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'

export const GROUND = 'getComputedStyle(document.documentElement).backgroundColor'

/** Paints the screen that is shared red: in a browser without a screen it is as green as the camera. */
export const RED_SCREEN = `(() => {
  const media = navigator.mediaDevices
  const share = media.getDisplayMedia.bind(media)
  media.getDisplayMedia = async (wanted) => {
    const [screen] = (await share(wanted)).getVideoTracks()
    screen.stop()
    const canvas = Object.assign(document.createElement('canvas'), { width: 800, height: 600 })
    const context = canvas.getContext('2d')
    setInterval(() => {
      context.fillStyle = 'red'
      context.fillRect(0, 0, 800, 600)
    }, 50)
    return canvas.captureStream(20)
  }
})()`

/** As a page that nobody looks at; what the system would show is kept in window.shown. */
export const IN_THE_BACKGROUND = `(() => {
  Object.defineProperty(document, 'hidden', { value: true })
  window.shown = []
  const System = Notification
  window.Notification = class extends System {
    constructor(title, options) {
      super(title, options)
      window.shown.push(title + ': ' + options.body)
    }
    close() {
      super.close()
      window.shown.push('closed')
    }
  }
})()`

/** Waits until what moves into its place is there. */
export const AT_REST = `Promise.allSettled(
  document
    .getAnimations()
    .filter((animation) => animation.effect.getComputedTiming().iterations !== Infinity)
    .map((animation) => animation.finished),
)`
