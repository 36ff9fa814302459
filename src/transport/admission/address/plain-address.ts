import { isIPv6, SocketAddress } from 'node:net'

const MAPPED = '::ffff:'

/** One spelling for each address: the short one of IPv6, and that of IPv4 for an IPv4 address in IPv6 dress. */
export function plainAddress(address: string): string {
  if (!isIPv6(address)) return address
  const short = new SocketAddress({ address, family: 'ipv6' }).address
  return short.startsWith(MAPPED) && short.includes('.') ? short.slice(MAPPED.length) : short
}
