import { z } from 'zod'
import { milliseconds } from '../timer-range.ts'

export const limitsSection = z.strictObject({
  max_frame_bytes: z
    .int()
    .min(1024)
    .max(1_048_576)
    .default(1_048_576)
    .describe('Largest frame to accept, counting the type byte and the payload, not the four length bytes.'),
  max_frame_bytes_before_login: z
    .int()
    .min(1024)
    .max(1_048_576)
    .default(8192)
    .describe('The same of a connection that has not logged in.'),
  soft_outbound_bytes: z
    .int()
    .min(1024)
    .max(1_073_741_824)
    .default(65_536)
    .describe(
      'While more than this waits unsent for a client, it is not heard, and changes of presence are merged for it.',
    ),
  max_outbound_bytes: z
    .int()
    .min(65_536)
    .max(1_073_741_824)
    .default(1_048_576)
    .describe('When more than this waits unsent and something is added, the connection is ended.'),
  drain_timeout_ms: milliseconds()
    .default(30_000)
    .describe('What waits unsent must have left within this, or the connection is ended.'),
  handshake_timeout_ms: milliseconds()
    .default(10_000)
    .describe('A TLS handshake must be complete within this.'),
  login_timeout_ms: milliseconds()
    .default(10_000)
    .describe('A fresh connection must send its first login, registration or RESUME within this.'),
  frame_timeout_ms: milliseconds()
    .default(30_000)
    .describe('A frame once begun must be complete within this.'),
  linger_timeout_ms: milliseconds()
    .default(2000)
    .describe('How long a refused connection may take to read the last word before it is cut.'),
})
