import { writeSync } from 'node:fs'
import { errorCode } from '../../domain/error-code.ts'

/** Waits for the reader of a full pipe, twenty times a second. */
const TRIED_AGAIN_AFTER_MS = 50

/** How long the end of the process may wait for a reader that is slow. */
const LAST_WAIT_MS = 500

interface Options {
  /** A descriptor that does not block: a write to it fails with EAGAIN where the reader does not keep up. */
  readonly fd: number
  /** What may wait for the reader; more is lost. */
  readonly maxBytes: number
  /** The reader has read again, and so many lines were lost meanwhile. */
  readonly onLost: (lines: number) => void
}

/** Lines for a reader that may stop reading: each is with the operating system at once, or waits, or is lost and counted. */
export class NonblockingWriter {
  readonly #options: Options
  #waiting: Buffer[] = []
  #waitingBytes = 0
  #lost = 0
  #timer: NodeJS.Timeout | undefined

  constructor(options: Options) {
    this.#options = options
  }

  write(line: string): void {
    const bytes = Buffer.from(line)
    if (this.#waiting.length === 0) {
      const rest = this.#put(bytes)
      if (rest !== undefined) this.#wait(rest)
    } else if (this.#waitingBytes + bytes.length > this.#options.maxBytes) this.#lost += 1
    else this.#wait(bytes)
  }

  /** At the end of the process: gives a slow reader a last chance. */
  flush(): void {
    const pause = new Int32Array(new SharedArrayBuffer(4))
    for (let waited = 0; this.#waiting.length > 0 && waited < LAST_WAIT_MS; waited += 10) {
      this.#putWaiting()
      if (this.#waiting.length > 0) Atomics.wait(pause, 0, 0, 10)
    }
  }

  #wait(bytes: Buffer): void {
    this.#waiting.push(bytes)
    this.#waitingBytes += bytes.length
    this.#timer ??= setInterval(() => {
      this.#putWaiting()
    }, TRIED_AGAIN_AFTER_MS).unref()
  }

  #putWaiting(): void {
    let done = 0
    for (const bytes of this.#waiting) {
      const rest = this.#put(bytes)
      this.#waitingBytes -= bytes.length - (rest?.length ?? 0)
      if (rest !== undefined) {
        this.#waiting.splice(0, done + 1, rest)
        return
      }
      done += 1
    }
    this.#waiting = []
    clearInterval(this.#timer)
    this.#timer = undefined
    const lost = this.#lost
    this.#lost = 0
    if (lost > 0) this.#options.onLost(lost)
  }

  /** What of it the reader has no room for. A terminal that went away, or a full disk, must not end the daemon. */
  #put(bytes: Buffer): Buffer | undefined {
    try {
      const written = writeSync(this.#options.fd, bytes)
      return written < bytes.length ? bytes.subarray(written) : undefined
    } catch (error) {
      return errorCode(error) === 'EAGAIN' ? bytes : undefined
    }
  }
}
