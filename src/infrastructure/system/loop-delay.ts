import { monitorEventLoopDelay, performance } from 'node:perf_hooks'

/** How often it is looked whether the event loop comes in time. Each look wakes the process up: twenty a second take 0.13 % of a core. */
const LOOK_EVERY_MS = 50

/** The shortest time that the figures are about. */
const WINDOW_MS = 10_000

const NANOSECONDS = 1e6

/** How late the event loop was, in milliseconds, in the latest stretch of time that is over. */
interface LoopDelays {
  readonly p50: number
  readonly p90: number
  readonly p99: number
  readonly max: number
}

export interface LoopWatch {
  /** `now` in monotonic milliseconds. A stretch ends when this is called, if it has lasted ten seconds. */
  delays(now: number): LoopDelays
  /** How long the event loop was busy, since the start of the process. */
  busyMs(): number
  end(): void
}

export function watchLoop(begunAt: number): LoopWatch {
  const histogram = monitorEventLoopDelay({ resolution: LOOK_EVERY_MS })
  histogram.enable()
  let since = begunAt
  let last: LoopDelays | undefined

  // It measures from look to look.
  const late = (nanoseconds: number) => Math.max(0, nanoseconds / NANOSECONDS - LOOK_EVERY_MS)
  const look = (): LoopDelays => ({
    p50: late(histogram.percentile(50)),
    p90: late(histogram.percentile(90)),
    p99: late(histogram.percentile(99)),
    max: late(histogram.max),
  })

  return {
    delays(now) {
      // Whoever else asks in between is to get the same.
      if (last !== undefined && now - since < WINDOW_MS) return last
      last = look()
      histogram.reset()
      since = now
      return last
    },
    busyMs: () => performance.eventLoopUtilization().active,
    end() {
      histogram.disable()
    },
  }
}
