import { isIPv4, isIPv6 } from 'node:net'
import { z } from 'zod'

const ALLOWED = 'network such as 10.0.0.0/8 or 2001:db8::/32, or a single IP address'

/** A network in CIDR notation, or one address. */
export const network = z
  .string()
  .refine(isNetwork, { error: `allowed: ${ALLOWED}` })
  .meta({ allowed: ALLOWED })

function isNetwork(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/')
  const most = isIPv4(address) ? 32 : isIPv6(address) && !address.includes('%') ? 128 : undefined
  if (most === undefined || more.length > 0) return false
  return bits === undefined || (/^(?:0|[1-9]\d{0,2})$/.test(bits) && Number(bits) <= most)
}
