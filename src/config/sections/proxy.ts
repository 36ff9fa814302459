import { isIPv4, isIPv6 } from 'node:net'
import { z } from 'zod'
import { milliseconds } from '../timer-range.ts'

const ALLOWED = 'network such as 10.0.0.0/8 or 2001:db8::/32, or a single IP address'

export const proxySection = z.strictObject({
  networks: z
    .array(
      z
        .string()
        .refine(isNetwork, { error: `allowed: ${ALLOWED}` })
        .meta({ allowed: ALLOWED }),
    )
    .default([])
    .describe(
      'Networks of your proxies. A connection from there must begin with a PROXY protocol header, and the address in it is believed. Empty means that there is no proxy.',
    ),
  header_timeout_ms: milliseconds()
    .default(5000)
    .describe('A PROXY protocol header must be complete within this time.'),
})

function isNetwork(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/')
  const most = isIPv4(address) ? 32 : isIPv6(address) && !address.includes('%') ? 128 : undefined
  if (most === undefined || more.length > 0) return false
  return bits === undefined || (/^(?:0|[1-9]\d{0,2})$/.test(bits) && Number(bits) <= most)
}
