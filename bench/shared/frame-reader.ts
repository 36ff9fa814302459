import { HEADER_BYTES } from './wire.ts'

/** Called for each whole frame: its bytes are those from `start`, header included, to `end`. */
export type OnFrame = (type: number, bytes: Buffer, start: number, end: number) => void

const NOTHING: Buffer = Buffer.alloc(0)

/** Cuts what arrives into frames, by their length and nothing else. */
export function frameReader(onFrame: OnFrame): (chunk: Buffer) => void {
  let rest: Buffer = NOTHING
  return (chunk) => {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    let start = 0
    while (bytes.length - start >= HEADER_BYTES) {
      const end = start + 4 + bytes.readUInt32BE(start)
      if (end > bytes.length) break
      onFrame(bytes.readUInt8(start + 4), bytes, start, end)
      start = end
    }
    rest = start === bytes.length ? NOTHING : bytes.subarray(start)
  }
}
