/** Capture files, made by hand: what a capture of a conversation looks like, however the network treated it. */

export interface End {
  readonly address: readonly number[]
  readonly port: number
}

export interface Segment {
  readonly from: End
  readonly to: End
  readonly sequence: number
  readonly data?: Buffer
  readonly syn?: boolean
  readonly ack?: boolean
  readonly fin?: boolean
}

export const CLIENT: End = { address: [127, 0, 0, 1], port: 50_123 }
export const SERVER: End = { address: [127, 0, 0, 1], port: 8080 }

/** One packet of IPv4 or IPv6, by the addresses. The checksums are 0: nobody looks at them. */
export function ipPacket({ from, to, sequence, data = Buffer.alloc(0), syn, ack, fin }: Segment): Buffer {
  const tcp = Buffer.alloc(20)
  tcp.writeUInt16BE(from.port, 0)
  tcp.writeUInt16BE(to.port, 2)
  tcp.writeUInt32BE(sequence >>> 0, 4)
  tcp.writeUInt8(5 << 4, 12)
  tcp.writeUInt8((fin === true ? 1 : 0) | (syn === true ? 2 : 0) | (ack === false ? 0 : 0x10), 13)
  tcp.writeUInt16BE(65_535, 14)
  const carried = Buffer.concat([tcp, data])
  const addresses = Buffer.from([...from.address, ...to.address])
  if (from.address.length === 4) {
    const head = Buffer.alloc(12)
    head.writeUInt8(0x45, 0)
    head.writeUInt16BE(20 + carried.length, 2)
    head.writeUInt8(64, 8)
    head.writeUInt8(6, 9)
    return Buffer.concat([head, addresses, carried])
  }
  const head = Buffer.alloc(8)
  head.writeUInt8(0x60, 0)
  head.writeUInt16BE(carried.length, 4)
  head.writeUInt8(6, 6)
  head.writeUInt8(64, 7)
  return Buffer.concat([head, addresses, carried])
}

/** How links wrap a packet of IPv4, by the number of the link. */
export const wrappings = {
  loopbackOfBsd: { linkType: 0, head: Buffer.from('02000000', 'hex') },
  ethernet: { linkType: 1, head: Buffer.from(`${'00'.repeat(12)}0800`, 'hex') },
  ethernetWithTag: { linkType: 1, head: Buffer.from(`${'00'.repeat(12)}810000050800`, 'hex') },
  raw: { linkType: 101, head: Buffer.alloc(0) },
  linuxAny: { linkType: 113, head: Buffer.from(`${'00'.repeat(14)}0800`, 'hex') },
  linuxAny2: { linkType: 276, head: Buffer.from(`0800${'00'.repeat(18)}`, 'hex') },
} as const

export type Wrapping = (typeof wrappings)[keyof typeof wrappings]

/** The classic format, in microseconds, little-endian. A millisecond lies between two packets. */
export function pcapFile(packets: readonly Buffer[], { linkType, head }: Wrapping = wrappings.raw): Buffer {
  const header = Buffer.alloc(24)
  header.writeUInt32LE(0xa1b2c3d4, 0)
  header.writeUInt16LE(2, 4)
  header.writeUInt16LE(4, 6)
  header.writeUInt32LE(262_144, 16)
  header.writeUInt32LE(linkType, 20)
  const records = packets.flatMap((packet, index) => {
    const record = Buffer.alloc(16)
    record.writeUInt32LE(START_SECS, 0)
    record.writeUInt32LE(index * 1000, 4)
    record.writeUInt32LE(head.length + packet.length, 8)
    record.writeUInt32LE(head.length + packet.length, 12)
    return [record, head, packet]
  })
  return Buffer.concat([header, ...records])
}

/** 2026-01-01T00:00:00Z */
const START_SECS = 1_767_225_600

/** pcapng, big-endian, in nanoseconds. */
export function pcapngFile(packets: readonly Buffer[], { linkType, head }: Wrapping = wrappings.raw): Buffer {
  const section = Buffer.from('1a2b3c4d00010000ffffffffffffffff', 'hex')
  const link = Buffer.alloc(8 + 8 + 4)
  link.writeUInt16BE(linkType, 0)
  link.writeUInt32BE(262_144, 4)
  // if_tsresol: 10^-9.
  link.writeUInt16BE(9, 8)
  link.writeUInt16BE(1, 10)
  link.writeUInt8(9, 12)
  const enhanced = packets.map((packet, index) => {
    const bytes = Buffer.concat([head, packet])
    const fields = Buffer.alloc(20)
    const time = BigInt(START_SECS) * 1_000_000_000n + BigInt(index) * 1_000_000n
    fields.writeUInt32BE(Number(time >> 32n), 4)
    fields.writeUInt32BE(Number(time & 0xffff_ffffn), 8)
    fields.writeUInt32BE(bytes.length, 12)
    fields.writeUInt32BE(bytes.length, 16)
    return block(6, Buffer.concat([fields, bytes]))
  })
  return Buffer.concat([block(0x0a0d0d0a, section), block(1, link), ...enhanced])
}

function block(type: number, body: Buffer): Buffer {
  const padded = Buffer.concat([body, Buffer.alloc((4 - (body.length % 4)) % 4)])
  const length = 12 + padded.length
  const ends = Buffer.alloc(12)
  ends.writeUInt32BE(type, 0)
  ends.writeUInt32BE(length, 4)
  ends.writeUInt32BE(length, 8)
  return Buffer.concat([ends.subarray(0, 8), padded, ends.subarray(8)])
}

/** What one end says, from after its SYN on, cut at those places of the stream. */
export function segmentsOf(
  from: End,
  to: End,
  bytes: Buffer,
  cuts: readonly number[],
  first: number,
): readonly Segment[] {
  const ends = [...new Set([...cuts, bytes.length])].filter((at) => at > 0).toSorted((a, b) => a - b)
  return ends.map((end, index) => {
    const start = index === 0 ? 0 : (ends[index - 1] ?? 0)
    return { from, to, sequence: (first + 1 + start) >>> 0, data: bytes.subarray(start, end) }
  })
}

/** The three packets by which a connection is opened. */
export function handshake(client: End, server: End, first: number, answer: number): readonly Segment[] {
  return [
    { from: client, to: server, sequence: first, syn: true, ack: false },
    { from: server, to: client, sequence: answer, syn: true },
    { from: client, to: server, sequence: first + 1 },
  ]
}
