import { headBytes, writeHead } from './outgoing-frame.ts'
import type { Subprotocol } from './subprotocol.ts'

/** What becomes of the frame. */
export function messageBytes(frame: Buffer, { opening, rest }: Subprotocol): number {
  const length = opening(frame).length + frame.length - rest
  return headBytes(length) + length
}

/** The frames as messages in one piece, which take so many bytes. */
export function joinedMessages(
  frames: readonly Buffer[],
  { opcode, opening, rest }: Subprotocol,
  bytes: number,
): Buffer {
  const messages = Buffer.allocUnsafe(bytes)
  let at = 0
  for (const frame of frames) {
    const begin = opening(frame)
    const length = begin.length + frame.length - rest
    at += writeHead(messages, at, opcode, length)
    begin.copy(messages, at)
    at += begin.length
    at += frame.copy(messages, at, rest)
  }
  return messages
}
