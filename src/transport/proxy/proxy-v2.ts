import { plainAddress } from '../admission/address/plain-address.ts'
import { INCOMPLETE, invalid, type ProxyOutcome } from './proxy-outcome.ts'

export const V2_SIGNATURE = Buffer.from('\r\n\r\n\0\r\nQUIT\n')

/** Signature, version and command, family and transport, and in two bytes the length of what follows. */
const FIXED_BYTES = 16
/** For the addresses and whatever the proxy adds to them, which is passed over. */
const MAX_V2_BYTES = 4096

const LOCAL = 0x20
const PROXY = 0x21

const UNSPECIFIED = 0x00
const TCP_OVER_IPV4 = 0x11
const TCP_OVER_IPV6 = 0x21

export function parseProxyV2(bytes: Buffer): ProxyOutcome {
  const [command, family] = bytes.subarray(V2_SIGNATURE.length)
  if (command === undefined) return INCOMPLETE
  if (command !== LOCAL && command !== PROXY) return invalid('its version or command is unknown')
  if (family === undefined) return INCOMPLETE
  // A proxy that speaks for itself may write any family.
  const addressBytes = command === LOCAL ? 0 : bytesOf(family)
  if (addressBytes === undefined) return invalid('it is not about TCP')
  if (bytes.length < FIXED_BYTES) return INCOMPLETE
  const declared = bytes.readUInt16BE(FIXED_BYTES - 2)
  // Both ends: source address, destination address, source port, destination port.
  if (declared < 2 * (addressBytes === 0 ? 0 : addressBytes + 2))
    return invalid('it is too short for its addresses')
  const length = FIXED_BYTES + declared
  if (length > MAX_V2_BYTES) return invalid('it is too long')
  if (bytes.length < length) return INCOMPLETE
  if (addressBytes === 0) return { kind: 'header', address: undefined, port: undefined, length }
  const source = bytes.subarray(FIXED_BYTES, FIXED_BYTES + addressBytes)
  return {
    kind: 'header',
    address: addressBytes === 4 ? source.join('.') : plainAddress(groups(source)),
    port: bytes.readUInt16BE(FIXED_BYTES + 2 * addressBytes),
    length,
  }
}

/** Of one address. */
function bytesOf(family: number): 0 | 4 | 16 | undefined {
  switch (family) {
    case UNSPECIFIED:
      return 0
    case TCP_OVER_IPV4:
      return 4
    case TCP_OVER_IPV6:
      return 16
    default:
      return undefined
  }
}

function groups(address: Buffer): string {
  return Array.from({ length: 8 }, (_, i) => address.readUInt16BE(2 * i).toString(16)).join(':')
}
