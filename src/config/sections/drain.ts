import { z } from 'zod'
import { milliseconds } from '../timer-range.ts'

export const drainSection = z.strictObject({
  grace_ms: milliseconds(0)
    .default(3000)
    .describe(
      'After SIGTERM or SIGUSR2, the daemon waits so long for calls that ring, or that were just accepted, to be set up.',
    ),
  window_ms: milliseconds(0)
    .default(2000)
    .describe(
      'After that, each connection is closed at a random moment within this time. So the clients do not all come back at once.',
    ),
  hang_up_unresumable_calls: z
    .boolean()
    .default(false)
    .describe(
      'A stop ends active calls by HANGUP if a party cannot resume. If false, their media goes on peer to peer, and nobody is told.',
    ),
})
