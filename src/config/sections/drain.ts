import { z } from 'zod'
import { milliseconds } from '../timer-range.ts'

export const drainSection = z.strictObject({
  grace_ms: milliseconds(0)
    .default(3000)
    .describe(
      'When SIGTERM or SIGUSR2 drains the daemon: how long calls that ring or were just accepted may take to be set up.',
    ),
  window_ms: milliseconds(0)
    .default(2000)
    .describe(
      'Then each connection is closed at a random moment within this, so that clients do not come back all at once.',
    ),
})
