import type { ByteReader } from './byte-reader.ts'
import { CaptureFault, MAX_RECORD_BYTES, type Packet } from './packet.ts'

/*
 * The classic format: 24 bytes of header (magic, version, zone, accuracy, longest packet, kind of link), then for each packet
 * seconds, micro- or nanoseconds, bytes that are here, bytes that it had; all in the order of the machine that wrote it.
 */
const HEADER_BYTES = 24
const RECORD_BYTES = 16

interface Variant {
  readonly read: (from: Buffer, at: number) => number
  readonly fractionsInMs: number
}

const little = (from: Buffer, at: number) => from.readUInt32LE(at)
const big = (from: Buffer, at: number) => from.readUInt32BE(at)

const variants: ReadonlyMap<string, Variant> = new Map([
  ['d4c3b2a1', { read: little, fractionsInMs: 1e3 }],
  ['a1b2c3d4', { read: big, fractionsInMs: 1e3 }],
  ['4d3cb2a1', { read: little, fractionsInMs: 1e6 }],
  ['a1b23c4d', { read: big, fractionsInMs: 1e6 }],
])

/** By its first four bytes. */
export function isClassicPcap(head: Buffer): boolean {
  return variants.has(head.toString('hex', 0, 4))
}

export async function* classicPackets(reader: ByteReader): AsyncGenerator<Packet> {
  const header = await reader.take(HEADER_BYTES)
  const variant = variants.get(header?.toString('hex', 0, 4) ?? '')
  if (header === undefined || variant === undefined)
    throw new CaptureFault(0, `a pcap file begins with a header of ${HEADER_BYTES} bytes`)
  const { read, fractionsInMs } = variant
  // The upper bits say how long a checksum of frames is.
  const linkType = read(header, 20) & 0xffff
  for (;;) {
    const at = reader.offset
    const record = await reader.take(RECORD_BYTES)
    if (record === undefined) {
      if ((await reader.peek(1)).length === 0) return
      throw new CaptureFault(at, 'the file ends within the header of a packet')
    }
    const length = read(record, 8)
    if (length > MAX_RECORD_BYTES)
      throw new CaptureFault(at, `a packet of ${length} bytes: at most ${MAX_RECORD_BYTES} are expected`)
    const bytes = await reader.take(length)
    if (bytes === undefined) throw new CaptureFault(at, 'the file ends within a packet')
    yield { linkType, timeMs: read(record, 0) * 1000 + read(record, 4) / fractionsInMs, bytes }
  }
}
