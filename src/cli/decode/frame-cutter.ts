import { foreignProtocol } from '../../protocol/framing/foreign-protocol.ts'
import { type Frame, LENGTH_BYTES, MAX_FRAME_LENGTH, TYPE_BYTES } from '../../protocol/framing/frame.ts'
import { messagesByCode } from '../../protocol/message-table.ts'
import type { Fault } from './fault.ts'

export type Cut =
  | {
      readonly kind: 'frame'
      readonly offset: number
      readonly length: number
      readonly frame: Frame
      /** Where the byte of the type is, where no length is before it. */
      readonly typeAt?: number
    }
  | { readonly kind: 'fault'; readonly fault: Fault }

const OPENING_BRACE = 0x7b
const HEAD_BYTES = LENGTH_BYTES + TYPE_BYTES
/** A length, a type and how a payload begins: enough to find the next frame after a fault. */
const LANDMARK_BYTES = HEAD_BYTES + 1
const ALLOWED = `1 to ${MAX_FRAME_LENGTH} is allowed`

/**
 * Cuts a stream into frames and tells where it is wrong. After a fault it goes on at the next place that looks like a frame.
 * Holds one frame at most.
 */
export class FrameCutter {
  #held: Buffer[] = []
  #size = 0
  /** Of the first byte that is held. */
  #offset = 0
  /** How many bytes have been passed over since it lost its way; undefined while it has not. */
  #skipped: number | undefined
  /** What it waits for. */
  #needed = LENGTH_BYTES

  push(bytes: Buffer): readonly Cut[] {
    this.#held.push(bytes)
    this.#size += bytes.length
    if (this.#size < this.#needed) return []
    const cuts: Cut[] = []
    let rest = this.#joined()
    for (;;) {
      const before = rest.length
      rest = this.#skipped === undefined ? this.#cut(rest, cuts) : this.#search(rest, cuts)
      this.#offset += before - rest.length
      this.#held = [rest]
      this.#size = rest.length
      if (this.#size < this.#needed) return cuts
    }
  }

  /** Bytes that nobody has: a frame that has begun is lost. */
  gap(length: number): readonly Cut[] {
    const message = `${length} bytes are missing in the capture, and with them the messages that they are of`
    const cut = fault(this.#offset + this.#size, 'missing_bytes', message)
    this.#offset += this.#size + length
    this.#held = []
    this.#size = 0
    this.#lose()
    return [cut]
  }

  /** The stream has ended. */
  end(): readonly Cut[] {
    const held = this.#joined()
    if (this.#skipped !== undefined) {
      const skipped = this.#skipped + held.length
      return skipped === 0 ? [] : [this.#skippedFault(skipped, this.#offset + held.length)]
    }
    if (held.length === 0) return []
    const message =
      held.length < LENGTH_BYTES
        ? `the stream ends ${held.length} bytes into a frame: a length of ${LENGTH_BYTES} bytes is expected`
        : `the stream ends ${held.length} bytes into a frame of ${LENGTH_BYTES + held.readUInt32BE(0)}`
    return [fault(this.#offset + held.length, 'truncated', message)]
  }

  #cut(rest: Buffer, cuts: Cut[]): Buffer {
    if (rest.length < LENGTH_BYTES) {
      this.#needed = LENGTH_BYTES
      return rest
    }
    const length = rest.readUInt32BE(0)
    if (length === 0 || length > MAX_FRAME_LENGTH) {
      const foreign = foreignProtocol(rest)
      const reason =
        length === 0 ? 'empty_frame' : foreign === undefined ? 'frame_too_large' : 'foreign_protocol'
      const message = `length ${length}: ${ALLOWED}${foreign === undefined ? '' : ` (this looks like ${foreign.name})`}`
      cuts.push(fault(this.#offset, reason, message))
      this.#lose()
      return this.#skip(rest, 1)
    }
    const size = LENGTH_BYTES + length
    this.#needed = size
    if (rest.length < size) return rest
    const frame = { type: rest.readUInt8(LENGTH_BYTES), payload: rest.subarray(HEAD_BYTES, size) }
    cuts.push({ kind: 'frame', offset: this.#offset, length: size, frame })
    this.#needed = LENGTH_BYTES
    return rest.subarray(size)
  }

  #search(rest: Buffer, cuts: Cut[]): Buffer {
    for (let at = 0; at + LANDMARK_BYTES <= rest.length; at++) {
      if (!isLandmark(rest, at)) continue
      const skipped = (this.#skipped ?? 0) + at
      if (skipped > 0) cuts.push(this.#skippedFault(skipped, this.#offset + at))
      this.#skipped = undefined
      this.#needed = LENGTH_BYTES
      return rest.subarray(at)
    }
    return this.#skip(rest, Math.max(0, rest.length - LANDMARK_BYTES + 1))
  }

  #skippedFault(skipped: number, end: number): Cut {
    return fault(end - skipped, 'skipped', `${skipped} bytes are passed over: no frame begins in them`)
  }

  #lose(): void {
    this.#skipped = 0
    this.#needed = LANDMARK_BYTES
  }

  #skip(rest: Buffer, count: number): Buffer {
    this.#skipped = (this.#skipped ?? 0) + count
    return rest.subarray(count)
  }

  #joined(): Buffer {
    const [only] = this.#held
    return only !== undefined && this.#held.length === 1 ? only : Buffer.concat(this.#held)
  }
}

/** Whether a frame of a known type with an object as payload may begin there. JSON itself never looks like this. */
export function isLandmark(bytes: Buffer, at: number): boolean {
  if (at + LANDMARK_BYTES > bytes.length) return false
  const length = bytes.readUInt32BE(at)
  return (
    length > TYPE_BYTES &&
    length <= MAX_FRAME_LENGTH &&
    messagesByCode.has(bytes.readUInt8(at + LENGTH_BYTES)) &&
    bytes[at + HEAD_BYTES] === OPENING_BRACE
  )
}

function fault(offset: number, reason: string, message: string): Cut {
  return { kind: 'fault', fault: { offset, reason, message } }
}
