import { isIPv6 } from 'node:net'
import { plainAddress } from './plain-address.ts'

const GROUPS = 8
const GROUPS_OF_A_NETWORK = 4

/**
 * What limits by address count by: an IPv4 address as it is, of an IPv6 address the first 64 bits, since whoever has one
 * address has as a rule the whole network of that size.
 */
export function addressKey(address: string): string {
  const plain = plainAddress(address.replace(/%.*$/, ''))
  if (!isIPv6(plain)) return plain
  const [head = '', tail = ''] = plain.split('::')
  const [left, right] = [groups(head), groups(tail)]
  const zeros = Array.from({ length: GROUPS - left.length - right.length }, () => '0')
  return `${[...left, ...zeros, ...right].slice(0, GROUPS_OF_A_NETWORK).join(':')}::/64`
}

function groups(text: string): string[] {
  return text === '' ? [] : text.split(':')
}
