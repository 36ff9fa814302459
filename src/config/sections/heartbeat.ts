import { z } from 'zod'
import { milliseconds } from '../timer-range.ts'

export const heartbeatSection = z.strictObject({
  interval_ms: milliseconds()
    .default(30_000)
    .describe('How often the server sends HEARTBEAT to an idle connection that never sent one itself.'),
  // Linux keeps the idle time in whole seconds, 32767 at most.
  tcp_keepalive_ms: z
    .int()
    .min(1000)
    .max(32_767_000)
    .default(15_000)
    .describe(
      'Idle time before TCP sends keepalive probes. Keep it at least 10 s below heartbeat.interval_ms, because data in flight suspends the probes.',
    ),
})
