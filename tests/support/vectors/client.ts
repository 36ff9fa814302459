import type { Duplex } from 'node:stream'
import { checkUnnegotiated, frame, type Received, T, takeFrames } from '../wire/wire.ts'

/** How long a message may be missing before the scenario fails. */
const DEADLINE_MS = 20_000

let lastMarker = 9_000_000_000_000

/**
 * A client of a scenario: what comes waits in two queues, one for USER_STATE_UPDATE and one for all else, because the
 * place of state updates among the other messages is not fixed. Updates about users of other scenarios are dropped.
 */
export class VectorClient {
  readonly #socket: Duplex
  readonly #isOurs: (username: unknown) => boolean
  readonly #messages: Received[] = []
  readonly #updates: Received[] = []
  #bytes: Buffer = Buffer.alloc(0)
  #fault: Error | undefined
  #wake: () => void = () => undefined
  #sending = true
  #saidHello = false
  #closed = false

  constructor(socket: Duplex, isOurs: (username: unknown) => boolean) {
    this.#socket = socket
    this.#isOurs = isOurs
    socket.on('data', (chunk: Buffer) => {
      this.#take(chunk)
      this.#wake()
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      this.#closed = true
      this.#wake()
    })
  }

  /** Each piece leaves before the next is written. */
  async send(bytes: Buffer, pieceLength = bytes.length): Promise<void> {
    if (bytes[4] === T.HELLO) this.#saidHello = true
    for (let at = 0; at < bytes.length; at += pieceLength) {
      await new Promise<void>((written) => {
        this.#socket.write(bytes.subarray(at, at + pieceLength), () => {
          written()
        })
      })
    }
  }

  async next(type: number): Promise<Received> {
    const queue = type === T.USER_STATE_UPDATE ? this.#updates : this.#messages
    await this.#until(() => queue.length > 0)
    const received = queue.shift()
    if (received === undefined) throw new Error('the queue is not empty')
    return received
  }

  /** A HEARTBEAT round trip: what was sent before has been handled, and what was to come of it here has come. */
  async settle(): Promise<void> {
    if (this.#closed || !this.#sending) return
    const timestamp = ++lastMarker
    const at = () =>
      this.#messages.findIndex(
        ({ type, payload }) => type === T.HEARTBEAT && payload['timestamp'] === timestamp,
      )
    await this.send(frame(T.HEARTBEAT, { timestamp }))
    await this.#until(() => at() >= 0)
    this.#messages.splice(at(), 1)
  }

  get closed(): boolean {
    return this.#closed
  }

  get unread(): readonly Received[] {
    return this.#messages
  }

  get unreadUpdates(): readonly Received[] {
    return this.#updates
  }

  forgetUpdates(): void {
    this.#updates.length = 0
  }

  async untilClosed(): Promise<void> {
    await this.#until(() => this.#closed)
  }

  /** Closes the sending side. */
  finish(): void {
    this.#sending = false
    this.#socket.end()
  }

  async close(): Promise<void> {
    this.#socket.destroy()
    await this.untilClosed()
  }

  async #until(reached: () => boolean): Promise<void> {
    const late = new AbortController()
    const deadline = setTimeout(() => {
      late.abort()
      this.#wake()
    }, DEADLINE_MS)
    try {
      while (!reached()) {
        if (this.#fault !== undefined) throw this.#fault
        if (this.#closed) throw new Error('the connection ended')
        if (late.signal.aborted) throw new Error(`nothing of the kind came within ${DEADLINE_MS} ms`)
        await new Promise<void>((wake) => {
          this.#wake = wake
        })
      }
    } finally {
      clearTimeout(deadline)
    }
  }

  #take(chunk: Buffer): void {
    try {
      const { frames, rest } = takeFrames(Buffer.concat([this.#bytes, chunk]))
      this.#bytes = rest
      if (!this.#saidHello) frames.forEach(checkUnnegotiated)
      for (const received of frames) {
        if (received.type !== T.USER_STATE_UPDATE) this.#messages.push(received)
        else if (this.#isOurs(received.payload['username'])) this.#updates.push(received)
      }
    } catch (error) {
      this.#fault = error instanceof Error ? error : new Error(String(error))
    }
  }
}
