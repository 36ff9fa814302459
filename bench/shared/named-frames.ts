import { T } from './wire.ts'

/* Messages by name, as WebSocket and HTTP carry them, and the frames of TCP. */

const LENGTH_BYTES = 4
const NAMES = new Map<number, string>(Object.entries(T).map(([name, code]) => [code, name]))
const CODES = new Map<string, number>(Object.entries(T))

/** A frame whose payload is a JSON object as the text of the message. */
export function toText(frame: Buffer): string {
  const name = NAMES.get(frame.readUInt8(0))
  if (name === undefined) throw new Error(`no name for type ${frame.readUInt8(0)}`)
  const rest = frame.toString('utf8', 2)
  return rest === '' || rest === '}' ? `{"type":"${name}"}` : `{"type":"${name}",${rest}`
}

/** The server writes the type first, and the payload as it is in a frame. */
export function fromText(message: string): Buffer {
  const [, name = '', rest = ''] = /^\{"type":"([A-Z_]+)"(?:,|(?=\}))(.*)$/s.exec(message) ?? []
  const code = CODES.get(name)
  if (code === undefined) throw new Error(`not a message: ${message.slice(0, 100)}`)
  return withLength(Buffer.concat([Buffer.from([code]), Buffer.from(`{${rest}`)]))
}

export function withLength(frame: Buffer): Buffer {
  const length = Buffer.alloc(LENGTH_BYTES)
  length.writeUInt32BE(frame.length, 0)
  return Buffer.concat([length, frame])
}
