import { z } from 'zod'
import { milliseconds } from '../timer-range.ts'

export const clusterSection = z.strictObject({
  redis_url: z
    .string()
    .meta({ secret: true, allowed: 'URL such as redis://user@host:6379, or empty' })
    .default('')
    .describe(
      'The Redis by which several nodes share sessions, calls and rooms (docs/cluster.md). Empty means one node. The environment variable ROOMRTC_REDIS_URL overrides it.',
    ),
  node_name: z
    .string()
    .regex(/^[\x21-\x7e]{0,128}$/)
    .meta({ allowed: 'up to 128 ASCII characters without blanks' })
    .default('')
    .describe('The name of this node, which no other node has. Empty means the host name and a random part.'),
  prefix: z
    .string()
    .regex(/^[^{}\s]{1,64}$/)
    .meta({ allowed: '1 to 64 characters without blanks and braces' })
    .default('roomrtc')
    .describe('How every key in Redis begins, so that several clusters can share one Redis.'),
  node_timeout_ms: milliseconds()
    .default(5000)
    .describe(
      'A node that was not heard for so long is dead: its sessions wait for their clients, and it closes its connections when it comes back.',
    ),
})
