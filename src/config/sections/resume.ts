import { z } from 'zod'
import { milliseconds } from '../timer-range.ts'

export const resumeSection = z.strictObject({
  window_ms: milliseconds()
    .default(60_000)
    .describe('How long a session whose connection is lost waits for its client; also across a restart.'),
  max_outbox_frames: z
    .int()
    .min(16)
    .max(1_000_000)
    .default(1000)
    .describe(
      'Messages kept for a client that has not acknowledged them; it cannot resume without older ones.',
    ),
  max_outbox_bytes: z
    .int()
    .min(16_384)
    .max(1_073_741_824)
    .default(1_048_576)
    .describe('The same in bytes; keep it below limits.max_outbound_bytes.'),
  max_failed_per_minute: z
    .int()
    .min(1)
    .max(1_000_000_000)
    .default(30)
    .describe(
      'RESUMEs with an unknown token that an address may try in a minute; further ones get ERROR 429.',
    ),
})
