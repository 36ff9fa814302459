import { ProtocolError } from '../../protocol/framing/protocol-error.ts'

/** A header is 2 bytes, up to 8 of length and 4 of mask (RFC 6455, section 5.2). */
const SHORTEST_HEAD = 2
const MASK_BYTES = 4

const CONTINUATION = 0x0
const CLOSE = 0x8

/**
 * Looks at the headers of WebSocket frames as they pass by on their way to `ws`, which takes them apart and tells only
 * of whole messages. So what is too large is refused on its header, and what is begun is known to be so.
 */
export class FrameWatch {
  /** The most that the frames of one message may have. */
  limit: number
  readonly #limitEver: number
  /** A header that has not come to its end. */
  #head: Buffer | undefined
  /** What is still to come of the frame's payload. */
  #left = 0
  #isLastFrame = false
  #isControlFrame = false
  #isInMessage = false
  #messageBytes = 0
  #hasClosed = false

  constructor(limit: number, limitEver: number) {
    this.limit = limit
    this.#limitEver = limitEver
  }

  /** A message has begun, or a frame, and is not whole. */
  get isMidFrame(): boolean {
    return this.#isInMessage || this.#left > 0 || this.#head !== undefined
  }

  /** The peer has said that it says nothing more. */
  get hasClosed(): boolean {
    return this.#hasClosed
  }

  see(chunk: Buffer): void {
    let at = 0
    while (at < chunk.length) {
      if (this.#left > 0) {
        const step = Math.min(this.#left, chunk.length - at)
        this.#left -= step
        at += step
        if (this.#left === 0) this.#frameOver()
      } else if (this.#head !== undefined) {
        // Byte by byte: a header is cut in two seldom.
        this.#head = Buffer.concat([this.#head, chunk.subarray(at, ++at)])
        if (this.#head.length === headLength(this.#head, 0)) {
          const head = this.#head
          this.#head = undefined
          this.#begin(head, 0)
        }
      } else {
        const length = headLength(chunk, at)
        if (length === undefined || at + length > chunk.length) {
          this.#head = Buffer.from(chunk.subarray(at))
          return
        }
        this.#begin(chunk, at)
        at += length
      }
    }
  }

  #begin(bytes: Buffer, at: number): void {
    const opcode = (bytes[at] ?? 0) & 0x0f
    const length = payloadLength(bytes, at)
    this.#isControlFrame = opcode >= CLOSE
    if (opcode === CLOSE) this.#hasClosed = true
    if (!this.#isControlFrame) {
      this.#isLastFrame = ((bytes[at] ?? 0) & 0x80) !== 0
      this.#isInMessage = true
      this.#messageBytes = (opcode === CONTINUATION ? this.#messageBytes : 0) + length
      if (this.#messageBytes > this.limit) throw tooLarge(this.#messageBytes, this.limit, this.#limitEver)
    }
    this.#left = length
    if (length === 0) this.#frameOver()
  }

  #frameOver(): void {
    if (this.#isControlFrame || !this.#isLastFrame) return
    this.#isInMessage = false
  }
}

/** `bytes` may be more than `limit`, or more than anybody may send. */
export function tooLarge(bytes: number, limit: number, limitEver: number): ProtocolError {
  if (bytes > limitEver)
    return new ProtocolError(
      'frame_too_large',
      `A message of ${bytes} bytes: at most ${limitEver} are allowed`,
    )
  return new ProtocolError(
    'frame_too_large_before_login',
    `A message of ${bytes} bytes: at most ${limit} are allowed before the login`,
  )
}

/** Undefined where too little of it is there to say. */
function headLength(bytes: Buffer, at: number): number | undefined {
  const second = bytes[at + 1]
  if (second === undefined) return undefined
  const short = second & 0x7f
  const extended = short === 126 ? 2 : short === 127 ? 8 : 0
  return SHORTEST_HEAD + extended + (second >= 0x80 ? MASK_BYTES : 0)
}

function payloadLength(bytes: Buffer, at: number): number {
  const short = (bytes[at + 1] ?? 0) & 0x7f
  if (short === 126) return bytes.readUInt16BE(at + SHORTEST_HEAD)
  if (short === 127) return Number(bytes.readBigUInt64BE(at + SHORTEST_HEAD))
  return short
}
