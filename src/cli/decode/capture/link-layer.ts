const IPV4 = 0x0800
const IPV6 = 0x86dd
/** Tags of virtual networks (802.1Q, 802.1ad), of four bytes, may come before. */
const TAGS = [0x8100, 0x88a8, 0x9100]

/** The packet of IP in what a link carried; undefined for other protocols and for links that are not known here. */
export function ipPacketOf(linkType: number, bytes: Buffer): Buffer | undefined {
  switch (linkType) {
    // Of BSD's loopback: four bytes of a family, in the order of whichever machine. What follows tells by itself.
    case 0:
    case 108:
      return bytes.subarray(4)
    case 1:
      return ofEthernet(bytes)
    // IP alone, under the numbers of several systems, and of one version.
    case 12:
    case 14:
    case 101:
    case 228:
    case 229:
      return bytes
    // Linux' "any", in two versions.
    case 113:
      return isIp(bytes, 14) ? bytes.subarray(16) : undefined
    case 276:
      return isIp(bytes, 0) ? bytes.subarray(20) : undefined
    default:
      return undefined
  }
}

function ofEthernet(bytes: Buffer): Buffer | undefined {
  let at = 12
  while (at + 2 <= bytes.length && TAGS.includes(bytes.readUInt16BE(at))) at += 4
  return isIp(bytes, at) ? bytes.subarray(at + 2) : undefined
}

function isIp(bytes: Buffer, at: number): boolean {
  if (at + 2 > bytes.length) return false
  const type = bytes.readUInt16BE(at)
  return type === IPV4 || type === IPV6
}
