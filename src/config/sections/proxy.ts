import { z } from 'zod'
import { network } from '../network.ts'
import { milliseconds } from '../timer-range.ts'

export const proxySection = z.strictObject({
  networks: z
    .array(network)
    .default([])
    .describe(
      'Networks of your proxies. A connection from there to server.port must begin with a PROXY protocol header, and one to http.port may; the address in it is believed, and for HTTP that in X-Forwarded-For. Empty means that there is no proxy.',
    ),
  header_timeout_ms: milliseconds()
    .default(5000)
    .describe('A PROXY protocol header must be complete within this time.'),
})
