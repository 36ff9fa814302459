/**
 * The frame of v1: 4 bytes length L (unsigned, big-endian), 1 byte type, L − 1 bytes payload.
 * L counts the type byte and not itself, so 1 ≤ L ≤ MAX_FRAME_LENGTH.
 */
export const LENGTH_BYTES = 4
export const TYPE_BYTES = 1
export const MAX_FRAME_LENGTH = 1_048_576

export interface Frame {
  readonly type: number
  readonly payload: Uint8Array
}

/** A frame that came over the wire, with all its bytes, header included. */
export interface ReceivedFrame extends Frame {
  readonly whole: Buffer
}

/** Puts header and text into one buffer, so that a frame is one write. */
export function encodeFrame(type: number, text: string): Buffer {
  const size = Buffer.byteLength(text)
  if (TYPE_BYTES + size > MAX_FRAME_LENGTH)
    throw new RangeError(`a payload of ${size} bytes does not fit a frame`)
  const frame = Buffer.allocUnsafe(LENGTH_BYTES + TYPE_BYTES + size)
  frame.writeUInt32BE(TYPE_BYTES + size, 0)
  frame.writeUInt8(type, LENGTH_BYTES)
  frame.write(text, LENGTH_BYTES + TYPE_BYTES)
  return frame
}
