import type { Unreadable } from '../../protocol/codec/unreadable.ts'
import { LENGTH_BYTES, type ReceivedFrame } from '../../protocol/framing/frame.ts'
import type { ConnectionLimits } from '../connection/connection.ts'
import type { Intake } from '../connection/line.ts'
import { FrameWatch, tooLarge } from './frame-watch.ts'
import { type Message, MessageQueue } from './message-queue.ts'
import type { Subprotocol } from './subprotocol.ts'

/** Messages that have come and wait to be handled. */
export class MessageIntake implements Intake {
  readonly watch: FrameWatch
  readonly #subprotocol: Subprotocol
  readonly #limits: Limits
  #limit: number
  /** Nearly always the only one. */
  #first: Message | undefined
  /** Only while there are more. */
  #others: MessageQueue | undefined

  constructor(subprotocol: Subprotocol, limits: Limits) {
    this.#subprotocol = subprotocol
    this.#limits = limits
    const { maxFrameBytes, maxFrameBytesBeforeLogin } = limits
    const { surplus } = subprotocol
    this.#limit = Math.min(maxFrameBytes, maxFrameBytesBeforeLogin)
    this.watch = new FrameWatch(this.#limit + surplus, maxFrameBytes + surplus)
  }

  get partial(): boolean {
    return this.#first !== undefined || this.watch.isMidFrame
  }

  add(data: Buffer, isBinary: boolean): void {
    if (this.#first === undefined) this.#first = { data, isBinary }
    else {
      this.#others ??= new MessageQueue()
      this.#others.add(data, isBinary)
    }
  }

  next(): ReceivedFrame | Unreadable | undefined {
    const message = this.#first
    if (message === undefined) return undefined
    this.#first = this.#others?.take()
    if (this.#first === undefined) this.#others = undefined
    const read = this.#subprotocol.read(message.data, message.isBinary)
    if ('fault' in read) return read
    const bytes = read.whole.length - LENGTH_BYTES
    if (bytes > this.#limit) throw tooLarge(bytes, this.#limit, this.#limits.maxFrameBytes)
    return read
  }

  trust(): void {
    this.#allow(this.#limits.maxFrameBytes)
  }

  distrust(): void {
    this.#allow(Math.min(this.#limits.maxFrameBytes, this.#limits.maxFrameBytesBeforeLogin))
  }

  #allow(limit: number): void {
    this.#limit = limit
    this.watch.limit = limit + this.#subprotocol.surplus
  }
}

type Limits = Pick<ConnectionLimits, 'maxFrameBytes' | 'maxFrameBytesBeforeLogin'>
