import { type Expected, rate } from './rate.ts'
import type { Quality } from './quality.ts'
import { readSample } from './read-sample.ts'
import type { Sample } from './sample.ts'

export interface QualityWatchOptions {
  readonly connection: RTCPeerConnection
  readonly everyMs: number
  /** What should arrive; undefined while there is nothing to measure. */
  readonly expected: () => Expected | undefined
  /** Undefined when there is nothing to measure any more. */
  readonly onQuality: (quality: Quality | undefined) => void
}

/** Measures again and again, until it is closed. */
export class QualityWatch {
  readonly #options: QualityWatchOptions
  readonly #timer: ReturnType<typeof setInterval>
  #before: Sample | undefined
  #measuring = false

  constructor(options: QualityWatchOptions) {
    this.#options = options
    this.#timer = setInterval(() => {
      void this.#measure()
    }, options.everyMs)
  }

  close(): void {
    clearInterval(this.#timer)
  }

  async #measure(): Promise<void> {
    const { connection, expected, onQuality } = this.#options
    if (expected() === undefined) {
      if (this.#before !== undefined) onQuality(undefined)
      this.#before = undefined
      return
    }
    if (this.#measuring) return
    this.#measuring = true
    const now = await sampleOf(connection)
    this.#measuring = false
    const arriving = expected()
    if (now === undefined || arriving === undefined) return
    const before = this.#before
    this.#before = now
    if (before !== undefined) onQuality(rate(before, now, arriving))
  }
}

/** Undefined if the connection has been closed. */
async function sampleOf(connection: RTCPeerConnection): Promise<Sample | undefined> {
  try {
    const report = await connection.getStats()
    const entries: unknown[] = []
    report.forEach((entry: unknown) => entries.push(entry))
    return readSample(entries, Date.now())
  } catch {
    return undefined
  }
}
