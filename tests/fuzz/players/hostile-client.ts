import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import { within } from '../../../scripts/demo/within.ts'
import { MAX_FRAME_LENGTH } from '../../../src/protocol/framing/frame.ts'
import { checkUnnegotiated, frame, type Received, T, takeFrames } from '../../support/wire/wire.ts'
import { readNaively, type StreamEnd } from '../input/naive-frames.ts'
import { Violation } from '../violation.ts'

/** Far longer than any answer takes, however busy the machine. */
export const PATIENCE_MS = 60_000
/** Of what a client sent, so much is kept to be shown. */
const KEPT_BYTES = 4 * 1024 * 1024
/** A frame that misses more than this is left unfinished. */
const MOST_FILLED_UP = 4096

/** PROTOCOL.md, the error table: what the server may end a connection with while it goes on itself. */
const LAST_WORDS = new Set([
  'empty_frame',
  'frame_too_large',
  'frame_too_large_before_login',
  'session_replaced',
  'session_resumed',
  'session_ended_by_administrator',
  'account_changed',
])

/** Far from any timestamp that is sent as part of an attack. */
const FIRST_MARKER = 4_000_000_000_000_000

interface Options {
  /** Names it in what is reported. */
  readonly label: string
  readonly heard: (received: Received) => void
  readonly report: (violation: Violation) => void
}

/**
 * A client that may send anything. It holds all that it gets to the protocol: well-formed messages, never ERROR 500, no
 * end of the connection without a word of why.
 */
export class HostileClient {
  /** The frames in what was sent, by the naive reading; a frame that breaks the stream is one. */
  frames = 0
  closed = false
  readonly #label: string
  readonly #socket: Socket
  readonly #heard: Options['heard']
  readonly #report: Options['report']
  #sent: Buffer[] = []
  #sentBytes = 0
  #tail: Buffer = Buffer.alloc(0)
  #end: StreamEnd = { kind: 'whole' }
  #unread: Buffer = Buffer.alloc(0)
  #mayBeNegotiated = false
  #lastWord: string | undefined
  /** We have ended the connection, or have said that we send no more. */
  #leaving = false
  #marker = FIRST_MARKER
  #fault: Violation | undefined
  #answered: () => void = () => undefined

  static async connect(port: number, options: Options): Promise<HostileClient> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    await within(PATIENCE_MS, `${options.label}: connecting`, once(socket, 'connect'))
    return new HostileClient(socket, options)
  }

  private constructor(socket: Socket, { label, heard, report }: Options) {
    this.#socket = socket
    this.#label = label
    this.#heard = heard
    this.#report = report
    socket.on('data', (chunk) => {
      this.#take(chunk)
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      this.closed = true
      if (!this.#leaving && !LAST_WORDS.has(this.#lastWord ?? '')) {
        this.#blame(`was closed without a reason; the last ERROR was ${this.#lastWord ?? 'none'}`)
      }
      this.#answered()
    })
  }

  /** What it has sent, the latest at least. */
  get sent(): Buffer {
    return Buffer.concat(this.#sent)
  }

  /** Writes the pieces one after another, with a turn of the event loop in between. */
  async send(pieces: readonly Buffer[]): Promise<void> {
    for (const [i, piece] of pieces.entries()) {
      if (i > 0) await setImmediate()
      this.#write(piece)
    }
  }

  /**
   * Waits until all that was sent has been dealt with: what is unfinished is filled up, and a HEARTBEAT must be answered;
   * where the stream is broken, or too much is missing, the connection must end.
   */
  async settle(): Promise<void> {
    if (this.#end.kind === 'partial' && (this.#end.missing ?? Infinity) <= MOST_FILLED_UP) {
      this.#write(Buffer.alloc(this.#end.missing ?? 0, ' '))
    }
    if (this.#end.kind === 'whole') await this.#barrier()
    else await this.leave()
    if (this.#fault !== undefined) throw this.#fault
  }

  /** Says that nothing more will be sent; the server must answer all and end the connection. */
  async leave(): Promise<void> {
    if (!this.closed) {
      // A broken stream is ended by the server, with a reason, whatever we do.
      if (this.#end.kind !== 'broken') this.#leaving = true
      const closed = once(this.#socket, 'close')
      this.#socket.end()
      await this.#patiently('the end of the connection', closed)
    }
    if (this.#fault !== undefined) throw this.#fault
  }

  /** Ends the connection without a word, in the middle of whatever is going on. */
  async reset(): Promise<void> {
    if (this.closed) return
    this.#leaving = true
    const closed = once(this.#socket, 'close')
    this.#socket.resetAndDestroy()
    await closed
  }

  async #barrier(): Promise<void> {
    this.#marker += 1
    this.#socket.write(frame(T.HEARTBEAT, { timestamp: this.#marker }))
    await this.#patiently(
      'the answer to a HEARTBEAT',
      new Promise<void>((resolve) => {
        this.#answered = resolve
        if (this.closed) resolve()
      }),
    )
  }

  async #patiently(what: string, work: Promise<unknown>): Promise<void> {
    await within(PATIENCE_MS, what, work).catch((error: unknown) => {
      this.#blame(`is left hanging: ${String(error)}`)
    })
  }

  #write(bytes: Buffer): void {
    if (this.closed || this.#leaving || this.#end.kind === 'broken') return
    this.#sent.push(bytes)
    this.#sentBytes += bytes.length
    while (this.#sentBytes > KEPT_BYTES) this.#sentBytes -= this.#sent.shift()?.length ?? 0
    const { frames, end, rest } = readNaively(Buffer.concat([this.#tail, bytes]), MAX_FRAME_LENGTH)
    this.#tail = rest
    this.#end = end
    this.frames += frames.length + (end.kind === 'broken' ? 1 : 0)
    this.#mayBeNegotiated ||= frames.some(({ type }) => type === T.HELLO)
    this.#socket.write(bytes)
  }

  #take(chunk: Buffer): void {
    if (this.#fault !== undefined) return
    try {
      const { frames, rest } = takeFrames(Buffer.concat([this.#unread, chunk]))
      this.#unread = rest
      for (const received of frames) {
        if (!this.#mayBeNegotiated) checkUnnegotiated(received)
        this.#hear(received)
      }
    } catch (error) {
      this.#blame(`got what is not of the protocol: ${String(error)}`)
    }
  }

  #hear(received: Received): void {
    const { type, text, payload } = received
    if (type === T.ERROR) {
      this.#lastWord = String(payload['reason'])
      if (payload['code'] === 500) this.#blame(`got ${text}`)
    }
    if (type === T.HEARTBEAT && payload['timestamp'] === this.#marker) this.#answered()
    this.#heard(received)
  }

  #blame(what: string): void {
    if (this.#fault === undefined) {
      this.#fault = new Violation(`${this.#label} ${what}`, [this.sent])
      this.#report(this.#fault)
    }
    this.#answered()
  }
}
