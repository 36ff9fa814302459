import { z } from 'zod'
import { milliseconds } from '../timer-range.ts'

export const limitsSection = z.strictObject({
  max_frame_bytes: z
    .int()
    .min(1024)
    .max(1_048_576)
    .default(1_048_576)
    .describe(
      'The largest frame that is accepted. The type byte and the payload count, the four length bytes do not.',
    ),
  max_frame_bytes_before_login: z
    .int()
    .min(1024)
    .max(1_048_576)
    .default(8192)
    .describe('The largest frame from a connection that has not logged in.'),
  soft_outbound_bytes: z
    .int()
    .min(1024)
    .max(1_073_741_824)
    .default(65_536)
    .describe(
      'While more than this waits to be sent to a client, the server reads nothing from it and merges changes of presence for it.',
    ),
  max_outbound_bytes: z
    .int()
    .min(65_536)
    .max(1_073_741_824)
    .default(1_048_576)
    .describe('If more than this waits to be sent and something is added, the connection is closed.'),
  drain_timeout_ms: milliseconds()
    .default(30_000)
    .describe('What waits to be sent must have left within this time. Otherwise the connection is closed.'),
  handshake_timeout_ms: milliseconds()
    .default(10_000)
    .describe(
      'A TLS handshake must begin within this time, and must be complete within the same time after that.',
    ),
  login_timeout_ms: milliseconds()
    .default(10_000)
    .describe('A new connection must send its first login, registration or RESUME within this time.'),
  frame_timeout_ms: milliseconds()
    .default(30_000)
    .describe('The last byte of a frame must come within this time after its first byte.'),
  linger_timeout_ms: milliseconds()
    .default(2000)
    .describe(
      'After the last message, a client has so long to read it and close. Then the connection is cut.',
    ),
})
