/** How loud a track is at the moment. */
export interface Meter {
  readonly track: MediaStreamTrack
  /** From 0 to 1. */
  readonly level: () => number
  readonly end: () => void
}

export function meterOf(context: AudioContext, track: MediaStreamTrack): Meter {
  const analyser = new AnalyserNode(context, { fftSize: 1024, smoothingTimeConstant: 0.3 })
  const source = context.createMediaStreamSource(new MediaStream([track]))
  source.connect(analyser)
  const samples = new Float32Array(analyser.fftSize)
  return {
    track,
    level() {
      analyser.getFloatTimeDomainData(samples)
      return levelOf(samples)
    },
    end() {
      source.disconnect()
    },
  }
}

/** Tells some ten times a second how loud it is, from 0 to 1, until it is ended. */
export function watchLevel(track: MediaStreamTrack, tell: (level: number) => void): () => void {
  const context = new AudioContext()
  const meter = meterOf(context, track)
  const timer = window.setInterval(() => {
    tell(meter.level())
  }, 80)
  return () => {
    window.clearInterval(timer)
    meter.end()
    void context.close()
  }
}

const QUIETEST_DB = -60

/** As loud as it sounds: by decibels, from silence to full. */
export function levelOf(samples: Float32Array): number {
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length
  if (power === 0) return 0
  const decibels = 10 * Math.log10(power)
  return Math.min(1, Math.max(0, 1 - decibels / QUIETEST_DB))
}
