import { z } from 'zod'
import { milliseconds } from '../timer-range.ts'

export const resumeSection = z.strictObject({
  window_ms: milliseconds()
    .default(60_000)
    .describe('How long a session waits for its client after its connection is lost, also across a restart.'),
  max_outbox_frames: z
    .int()
    .min(16)
    .max(1_000_000)
    .default(1000)
    .describe(
      'How many messages are kept for a client until it acknowledges them. A client that has missed older ones cannot resume.',
    ),
  max_outbox_bytes: z
    .int()
    .min(16_384)
    .max(1_073_741_824)
    .default(1_048_576)
    .describe('How many bytes of messages are kept for a client. Keep this below limits.max_outbound_bytes.'),
  max_total_outbox_bytes: z
    .int()
    .min(1_048_576)
    .max(1_099_511_627_776)
    .default(268_435_456)
    .describe(
      'How many bytes of messages are kept for all clients together. Above this, the sessions without a connection that have most lose their messages and cannot resume.',
    ),
  survive_crash: z
    .boolean()
    .default(true)
    .describe(
      'Keep sessions and calls also when the process ends without warning (kill -9, a fault). They are written to a journal beside users.txt.',
    ),
  max_failed_per_minute: z
    .int()
    .min(1)
    .max(1_000_000_000)
    .default(30)
    .describe(
      'How many RESUMEs with an unknown token an address may try in a minute. Further ones get ERROR 429.',
    ),
})
