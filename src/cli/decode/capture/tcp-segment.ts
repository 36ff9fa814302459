const TCP = 6
/** Of IPv6, before what is carried: hop-by-hop, routing, destination. Their length is in units of 8 bytes after the first. */
const EXTENSIONS = [0, 43, 60]

export interface TcpSegment {
  /** Address and port, as in `[::1]:8080`. */
  readonly from: string
  readonly to: string
  readonly sequence: number
  readonly syn: boolean
  readonly ack: boolean
  readonly fin: boolean
  readonly reset: boolean
  readonly data: Buffer
}

/** What a packet of IP carries of a TCP connection; undefined where it carries something else, or a fragment, or is damaged. */
export function tcpSegmentOf(packet: Buffer): TcpSegment | undefined {
  try {
    const version = packet.readUInt8(0) >> 4
    if (version === 4) return ofIpv4(packet)
    return version === 6 ? ofIpv6(packet) : undefined
  } catch (error) {
    // A header that is cut off.
    if (error instanceof RangeError) return undefined
    throw error
  }
}

function ofIpv4(packet: Buffer): TcpSegment | undefined {
  const fragment = packet.readUInt16BE(6) & 0x3fff
  if (packet.readUInt8(9) !== TCP || fragment !== 0) return undefined
  const start = (packet.readUInt8(0) & 0x0f) * 4
  // 0 where the network card was to cut it up.
  const total = packet.readUInt16BE(2)
  const end = total === 0 ? packet.length : Math.min(total, packet.length)
  return segment(packet.subarray(start, end), ipv4(packet, 12), ipv4(packet, 16))
}

function ofIpv6(packet: Buffer): TcpSegment | undefined {
  const length = packet.readUInt16BE(4)
  const end = length === 0 ? packet.length : Math.min(40 + length, packet.length)
  let next = packet.readUInt8(6)
  let start = 40
  while (EXTENSIONS.includes(next)) {
    next = packet.readUInt8(start)
    start += 8 + 8 * packet.readUInt8(start + 1)
  }
  if (next !== TCP) return undefined
  return segment(packet.subarray(start, end), ipv6(packet, 8), ipv6(packet, 24))
}

function segment(bytes: Buffer, source: string, destination: string): TcpSegment {
  const flags = bytes.readUInt8(13)
  return {
    from: `${source}:${bytes.readUInt16BE(0)}`,
    to: `${destination}:${bytes.readUInt16BE(2)}`,
    sequence: bytes.readUInt32BE(4),
    syn: (flags & 0x02) !== 0,
    ack: (flags & 0x10) !== 0,
    fin: (flags & 0x01) !== 0,
    reset: (flags & 0x04) !== 0,
    data: bytes.subarray((bytes.readUInt8(12) >> 4) * 4),
  }
}

function ipv4(packet: Buffer, at: number): string {
  return packet.subarray(at, at + 4).join('.')
}

/** In brackets, and short, as URLs have it. */
function ipv6(packet: Buffer, at: number): string {
  const groups = Array.from({ length: 8 }, (_, index) => packet.readUInt16BE(at + 2 * index).toString(16))
  return new URL(`http://[${groups.join(':')}]`).hostname
}
