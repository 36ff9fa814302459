/** The wire as a client author would write it from PROTOCOL.md: nothing here is shared with the daemon. */
import { T } from '../../../bench/shared/wire.ts'
import { checkUnnegotiated, checkWire } from '../../../src/cli/conformance/server/wire-rules.ts'

export { checkUnnegotiated, T }

export interface Received {
  readonly type: number
  readonly text: string
  readonly payload: Readonly<Record<string, unknown>>
}

export function frame(type: number, payload: object | string | Uint8Array): Buffer {
  const body =
    payload instanceof Uint8Array
      ? payload
      : Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload))
  const header = Buffer.alloc(5)
  header.writeUInt32BE(1 + body.length, 0)
  header.writeUInt8(type, 4)
  return Buffer.concat([header, body])
}

/** Takes the whole frames off the front of a buffer: the naive twin of the decoder. */
export function takeFrames(bytes: Buffer): { frames: Received[]; rest: Buffer } {
  const frames: Received[] = []
  let rest = bytes
  while (rest.length >= 4 && rest.length >= 4 + rest.readUInt32BE(0)) {
    const end = 4 + rest.readUInt32BE(0)
    const text = rest.subarray(5, end).toString('utf8')
    const received = { type: rest.readUInt8(4), text, payload: parse(text) }
    // Every frame that any test receives is held to what the native client demands.
    checkWire(received)
    frames.push(received)
    rest = rest.subarray(end)
  }
  return { frames, rest }
}

function parse(text: string): Record<string, unknown> {
  const json: unknown = JSON.parse(text)
  if (typeof json !== 'object' || json === null) throw new Error(`no object: ${text}`)
  return { ...json }
}
