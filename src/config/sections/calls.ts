import { z } from 'zod'
import { milliseconds } from '../timer-range.ts'

export const callsSection = z.strictObject({
  ring_timeout_ms: milliseconds()
    .default(30_000)
    .describe('How long a call may ring before it ends as not answered.'),
})
