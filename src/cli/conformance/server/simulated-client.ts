import type { Duplex } from 'node:stream'
import { FrameDecoder } from '../../../protocol/framing/frame-decoder.ts'
import { encodeFrame, MAX_FRAME_LENGTH } from '../../../protocol/framing/frame.ts'
import { messageTable } from '../../../protocol/message-table.ts'
import { type Received, receivedOf } from '../scenarios/received.ts'
import { checkUnnegotiated, checkWire } from './wire-rules.ts'

const { HEARTBEAT, HELLO, USER_STATE_UPDATE } = messageTable
const TYPE_AT = 4

let lastMarker = 9_000_000_000_000

export interface Surroundings {
  /** How long a message may be missing before the scenario fails. */
  readonly deadlineMs: number
  /** Updates about users of other scenarios are dropped. */
  readonly isOurs: (username: unknown) => boolean
  /** Is shown every message that comes. */
  readonly came: (received: Received) => void
}

/**
 * A client of a scenario: what comes waits in two queues, one for USER_STATE_UPDATE and one for all else, because the
 * place of state updates among the other messages is not fixed.
 */
export class SimulatedClient {
  readonly #socket: Duplex
  readonly #surroundings: Surroundings
  readonly #decoder = new FrameDecoder(MAX_FRAME_LENGTH)
  readonly #messages: Received[] = []
  readonly #updates: Received[] = []
  #fault: Error | undefined
  #wake: () => void = () => undefined
  #sending = true
  #saidHello = false
  #closed = false

  constructor(socket: Duplex, surroundings: Surroundings) {
    this.#socket = socket
    this.#surroundings = surroundings
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
    if (bytes[TYPE_AT] === HELLO.code) this.#saidHello = true
    for (let at = 0; at < bytes.length; at += pieceLength) {
      await new Promise<void>((written) => {
        this.#socket.write(bytes.subarray(at, at + pieceLength), () => {
          written()
        })
      })
    }
  }

  /** Takes a message as if it had come. */
  put(received: Received): void {
    this.#messages.push(received)
  }

  /** Whether HELLO was sent: a session may then outlive its connection. */
  get saidHello(): boolean {
    return this.#saidHello
  }

  /** The next message of the queue where those of this type are. */
  async next(type: number): Promise<Received> {
    const queue = type === USER_STATE_UPDATE.code ? this.#updates : this.#messages
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
        ({ type, payload }) => type === HEARTBEAT.code && payload['timestamp'] === timestamp,
      )
    await this.send(encodeFrame(HEARTBEAT.code, JSON.stringify({ timestamp })))
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
    this.#fault = undefined
    this.#socket.destroy()
    await this.untilClosed()
  }

  async #until(reached: () => boolean): Promise<void> {
    const late = new AbortController()
    const { deadlineMs } = this.#surroundings
    const deadline = setTimeout(() => {
      late.abort()
      this.#wake()
    }, deadlineMs)
    try {
      while (!reached()) {
        if (this.#fault !== undefined) throw this.#fault
        if (this.#closed) throw new Error('the end of the connection')
        if (late.signal.aborted) throw new Error(`nothing of the kind within ${deadlineMs} ms`)
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
      this.#decoder.push(chunk)
      for (let frame = this.#decoder.next(); frame !== undefined; frame = this.#decoder.next()) {
        const received = receivedOf(frame)
        checkWire(received)
        if (!this.#saidHello) checkUnnegotiated(received)
        this.#surroundings.came(received)
        if (received.type !== USER_STATE_UPDATE.code) this.#messages.push(received)
        else if (this.#surroundings.isOurs(received.payload['username'])) this.#updates.push(received)
      }
    } catch (error) {
      this.#fault ??= error instanceof Error ? error : new Error(String(error))
    }
  }
}
