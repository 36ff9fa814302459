import { rawHttp } from './raw-http.ts'
import { upgradeTo } from './upgrade.ts'

const MASKED = 0x80

interface Options {
  readonly isLast?: boolean
  /** Bits of extensions that were not agreed on. */
  readonly reserved?: number
}

/** A frame as clients send it, with a mask that changes nothing. */
export function clientFrame(
  opcode: number,
  payload: string | Buffer,
  { isLast = true, reserved = 0 }: Options = {},
): Buffer {
  const body = Buffer.from(payload)
  const first = (isLast ? 0x80 : 0) | reserved | opcode
  return Buffer.concat([clientHead(first, body.length), body])
}

/** Only the header of one, whatever follows. */
export function clientHead(first: number, length: number): Buffer {
  const extended = Buffer.alloc(length < 126 ? 0 : length < 65_536 ? 2 : 8)
  if (extended.length === 2) extended.writeUInt16BE(length)
  if (extended.length === 8) extended.writeBigUInt64BE(BigInt(length))
  const short = extended.length === 0 ? length : extended.length === 2 ? 126 : 127
  return Buffer.concat([Buffer.from([first, MASKED | short]), extended, Buffer.alloc(4)])
}

/** A WebSocket of which a test writes every byte. What comes is kept as text, frames and all. */
export async function rawWebSocket(port: number, ...lines: string[]) {
  const connection = rawHttp(port, upgradeTo('/ws', ...lines))
  await connection.until('\r\n\r\n')
  return connection
}
