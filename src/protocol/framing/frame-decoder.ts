import { foreignProtocol } from './foreign-protocol.ts'
import { LENGTH_BYTES, type ReceivedFrame, TYPE_BYTES } from './frame.ts'
import { ProtocolError } from './protocol-error.ts'

const NOTHING = Buffer.alloc(0)

/**
 * Cuts a byte stream into frames, however it was split. What it holds is at most twice what has arrived of one
 * frame: a declared length alone reserves nothing, and a bad one is refused on the four header bytes.
 */
export class FrameDecoder {
  #maxLength: number
  readonly #maxLengthEver: number
  readonly #maxLengthBeforeLogin: number
  #buffer: Buffer = NOTHING
  #start = 0
  #end = 0
  #growable = false

  /** `maxLengthBeforeLogin` counts until `trust`. */
  constructor(maxLength: number, maxLengthBeforeLogin = maxLength) {
    this.#maxLengthEver = maxLength
    this.#maxLengthBeforeLogin = Math.min(maxLength, maxLengthBeforeLogin)
    this.#maxLength = this.#maxLengthBeforeLogin
  }

  /** The peer has logged in: larger frames from the next one on. */
  trust(): void {
    this.#maxLength = this.#maxLengthEver
  }

  /** It has logged out: small ones again, from the next one on. */
  distrust(): void {
    this.#maxLength = this.#maxLengthBeforeLogin
  }

  /** True while a frame has begun and is not whole. */
  get partial(): boolean {
    return this.#end > this.#start
  }

  push(chunk: Buffer): void {
    if (!this.partial) {
      this.#hold(chunk, chunk.length, false)
      return
    }
    const held = this.#end - this.#start
    if (!this.#growable || this.#buffer.length - this.#end < chunk.length) {
      const needed = held + chunk.length
      const grown = Buffer.allocUnsafe(Math.max(needed, Math.min(2 * needed, LENGTH_BYTES + this.#maxLength)))
      this.#buffer.copy(grown, 0, this.#start, this.#end)
      this.#hold(grown, held, true)
    }
    chunk.copy(this.#buffer, this.#end)
    this.#end += chunk.length
  }

  /** The next whole frame, or undefined until more bytes arrive. It is a view into what was pushed. */
  next(): ReceivedFrame | undefined {
    const length = this.#nextLength()
    if (length === undefined || this.#end - this.#start < LENGTH_BYTES + length) {
      this.#letGoOfChunk()
      return undefined
    }
    const whole = this.#buffer.subarray(this.#start, this.#start + LENGTH_BYTES + length)
    this.#start += whole.length
    if (!this.partial) this.#hold(NOTHING, 0, false)
    return {
      type: whole.readUInt8(LENGTH_BYTES),
      payload: whole.subarray(LENGTH_BYTES + TYPE_BYTES),
      whole,
    }
  }

  #nextLength(): number | undefined {
    if (this.#end - this.#start < LENGTH_BYTES) return undefined
    const length = this.#buffer.readUInt32BE(this.#start)
    if (length === 0) {
      throw new ProtocolError('empty_frame', 'Frame length 0: it counts the type byte, so it is at least 1')
    }
    if (length > this.#maxLength) {
      if (length > this.#maxLengthEver) {
        const foreign = foreignProtocol(this.#buffer.subarray(this.#start, this.#start + LENGTH_BYTES))
        throw new ProtocolError(
          'frame_too_large',
          foreign?.sentence ?? `Frame length ${length}: at most ${this.#maxLengthEver} is allowed`,
          foreign?.name,
        )
      }
      throw new ProtocolError(
        'frame_too_large_before_login',
        `Frame length ${length}: at most ${this.#maxLength} is allowed before the login`,
      )
    }
    return length
  }

  // The head of a frame must not keep the whole chunk alive at the end of which it came.
  #letGoOfChunk(): void {
    const held = this.#end - this.#start
    if (this.#growable || 2 * held >= this.#buffer.length) return
    this.#hold(Buffer.from(this.#buffer.subarray(this.#start, this.#end)), held, false)
  }

  #hold(buffer: Buffer, length: number, growable: boolean): void {
    this.#buffer = buffer
    this.#start = 0
    this.#end = length
    this.#growable = growable
  }
}
