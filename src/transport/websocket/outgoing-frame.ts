/** Opcodes of RFC 6455. */
export const TEXT = 0x1
export const BINARY = 0x2
export const PING = 0x9
export const PONG = 0xa

const FIN = 0x80
const LONGEST_SHORT = 125
const LENGTH_OF_2_BYTES = 126
const LENGTH_OF_8_BYTES = 127

/** The bytes before a payload of that length. */
export function headBytes(length: number): number {
  if (length <= LONGEST_SHORT) return 2
  return length <= 0xffff ? 4 : 10
}

/**
 * Writes them, from `at` on: of a frame that is a whole message, unmasked as those of a server are. Gives how many they
 * are.
 */
export function writeHead(target: Buffer, at: number, opcode: number, length: number): number {
  target[at] = FIN | opcode
  if (length <= LONGEST_SHORT) target[at + 1] = length
  else if (length <= 0xffff) {
    target[at + 1] = LENGTH_OF_2_BYTES
    target.writeUInt16BE(length, at + 2)
  } else {
    target[at + 1] = LENGTH_OF_8_BYTES
    target.writeUInt32BE(0, at + 2)
    target.writeUInt32BE(length, at + 6)
  }
  return headBytes(length)
}

export function controlFrame(opcode: typeof PING | typeof PONG, payload: Buffer): Buffer {
  const frame = Buffer.allocUnsafe(headBytes(payload.length) + payload.length)
  writeHead(frame, 0, opcode, payload.length)
  payload.copy(frame, headBytes(payload.length))
  return frame
}
