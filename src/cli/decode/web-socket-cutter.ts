import { frameOfText, LONGEST_OPENING } from '../../protocol/codec/text-message.ts'
import { LENGTH_BYTES, MAX_FRAME_LENGTH, TYPE_BYTES } from '../../protocol/framing/frame.ts'
import type { Cut } from './frame-cutter.ts'

/*
 * RFC 6455, 5.2: a bit for the last frame of a message, three that are reserved, four of opcode; a bit for a mask, seven of
 * length, or 126 and 16 bits, or 127 and 64 bits of it; a mask of four bytes; the payload.
 */
const MASK_BYTES = 4
const MAX_MESSAGE_BYTES = MAX_FRAME_LENGTH + LONGEST_OPENING

const Opcode = { continuation: 0, text: 1, binary: 2, close: 8 } as const

interface Head {
  readonly isLast: boolean
  readonly reserved: boolean
  readonly opcode: number
  readonly mask: Buffer | undefined
  /** Of itself. */
  readonly size: number
  readonly payload: number
}

/** A message of which not all has come. */
interface Begun {
  readonly isText: boolean
  readonly offset: number
  readonly bodyAt: number
  readonly parts: Buffer[]
}

/**
 * Cuts a direction of a WebSocket, from behind its handshake on, into the frames that its messages stand for. Holds one
 * message at most. After a fault it cannot go on: nothing tells where the next frame begins.
 */
export class WebSocketCutter {
  #held: Buffer = Buffer.alloc(0)
  /** Of the first byte that is held. */
  #offset: number
  #begun: Begun | undefined
  #lost = false
  #unread = 0

  constructor(offset: number) {
    this.#offset = offset
  }

  push(bytes: Buffer): readonly Cut[] {
    const cuts: Cut[] = []
    if (this.#lost) this.#unread += bytes.length
    else this.#held = Buffer.concat([this.#held, bytes])
    for (let head = headOf(this.#held); head !== undefined && !this.#lost; head = headOf(this.#held)) {
      const size = (this.#begun?.parts ?? []).reduce((sum, part) => sum + part.length, head.payload)
      if (head.reserved)
        cuts.push(this.#lose('compressed', 'a compressed or otherwise extended WebSocket frame'))
      else if (size > MAX_MESSAGE_BYTES)
        cuts.push(
          this.#lose('frame_too_large', `a message of ${size} bytes: ${MAX_FRAME_LENGTH} are allowed`),
        )
      else if (this.#held.length < head.size + head.payload) break
      else cuts.push(...this.#take(head))
    }
    return cuts
  }

  /** Bytes that nobody has. */
  gap(length: number): readonly Cut[] {
    if (this.#lost) return []
    this.#offset += this.#held.length
    const message = `${length} bytes are missing in the capture; what follows in this WebSocket cannot be read`
    return [this.#lose('missing_bytes', message)]
  }

  /** The stream has ended. */
  end(): readonly Cut[] {
    const end = this.#offset + this.#held.length
    if (this.#lost)
      return this.#unread === 0 ? [] : [fault(end, 'skipped', `${this.#unread} bytes are passed over`)]
    if (this.#held.length === 0 && this.#begun === undefined) return []
    return [fault(end, 'truncated', 'the stream ends within a message of the WebSocket')]
  }

  #take({ isLast, opcode, mask, size, payload }: Head): readonly Cut[] {
    const offset = this.#offset
    const body = Buffer.from(this.#held.subarray(size, size + payload))
    if (mask !== undefined)
      for (let at = 0; at < payload; at += 1) body[at] = (body[at] ?? 0) ^ (mask[at % 4] ?? 0)
    this.#held = this.#held.subarray(size + payload)
    this.#offset += size + payload
    // Pings, pongs and the closing.
    if (opcode >= Opcode.close) return []
    const isText = opcode === Opcode.text
    const fresh = { isText, offset, bodyAt: offset + size, parts: [] }
    this.#begun = opcode === Opcode.continuation ? (this.#begun ?? fresh) : fresh
    this.#begun.parts.push(body)
    if (!isLast) return []
    const begun = this.#begun
    this.#begun = undefined
    return [messageOf(begun, this.#offset - begun.offset)]
  }

  #lose(reason: string, message: string): Cut {
    const cut = fault(this.#offset, reason, message)
    this.#lost = true
    this.#unread = this.#held.length
    this.#held = Buffer.alloc(0)
    this.#begun = undefined
    return cut
  }
}

/** Undefined while not all of it has come. */
function headOf(bytes: Buffer): Head | undefined {
  if (bytes.length < 2) return undefined
  const [first, second] = [bytes.readUInt8(0), bytes.readUInt8(1)]
  const short = second & 0x7f
  const lengthAt = 2
  const maskAt = lengthAt + (short === 126 ? 2 : short === 127 ? 8 : 0)
  const masked = (second & 0x80) !== 0
  const size = maskAt + (masked ? MASK_BYTES : 0)
  if (bytes.length < size) return undefined
  const payload =
    short === 126
      ? bytes.readUInt16BE(lengthAt)
      : short === 127
        ? Number(bytes.readBigUInt64BE(lengthAt))
        : short
  return {
    isLast: (first & 0x80) !== 0,
    reserved: (first & 0x70) !== 0,
    opcode: first & 0x0f,
    mask: masked ? Buffer.from(bytes.subarray(maskAt, size)) : undefined,
    size,
    payload,
  }
}

/** `length`: of the frames of the WebSocket. */
function messageOf({ isText, offset, bodyAt, parts }: Begun, length: number): Cut {
  const body = Buffer.concat(parts)
  if (body.length === 0) return fault(offset, 'invalid_frame', 'a message without a byte')
  if (!isText) {
    const frame = { type: body.readUInt8(0), payload: body.subarray(TYPE_BYTES) }
    return { kind: 'frame', offset, length, frame, typeAt: bodyAt }
  }
  const bytes = body.length
  const read = frameOfText(body)
  if (!read.ok) return fault(bodyAt, read.error.reason, read.error.detail)
  // The payload is the end of the text, or all of it.
  const typeAt = bodyAt + bytes - (read.value.whole.length - LENGTH_BYTES)
  return { kind: 'frame', offset, length, frame: read.value, typeAt }
}

function fault(offset: number, reason: string, message: string): Cut {
  return { kind: 'fault', fault: { offset, reason, message } }
}
