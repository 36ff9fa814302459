import { z } from 'zod'
import { seconds } from '../timer-range.ts'

export const securitySection = z.strictObject({
  bcrypt_cost: z
    .int()
    .min(4)
    .max(15)
    .default(10)
    .describe(
      'Cost of password hashes; each step up doubles the work, 10 is about 60 ms and 12 about 220 ms.',
    ),
  hash_threads: z
    .int()
    .min(0)
    .max(256)
    .default(0)
    .describe('Threads that hash passwords; 0 is the number of cores minus one, from 1 to 8.'),
  max_pending_hashes: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(1000)
    .describe(
      'Logins and registrations that may wait for a hash thread or have one; beyond, the address with the most of them is refused first.',
    ),
  session_policy: z
    .enum(['replace', 'reject'])
    .default('replace')
    .describe(
      'When a user logs in a second time: end the earlier session, or refuse the newcomer; a session that waits for its client always ends.',
    ),
  session_timeout_secs: seconds()
    .default(60)
    .describe(
      'Silence after which a connection that has sent a HEARTBEAT before is ended; one that never did is not.',
    ),
  max_sessions_per_user: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(1)
    .describe(
      'A user has exactly one connection: more is accepted from old files, acts as 1, and is warned of.',
    ),
  enable_rate_limiting: z
    .boolean()
    .default(true)
    .describe(
      'Whether limits on rates hold, with their waits and bans; bounds on connections and bytes hold in any case.',
    ),
  max_requests_per_minute: z
    .int()
    .min(1)
    .max(1_000_000_000)
    .default(600)
    .describe(
      'What one connection may ask in a minute, also all at once; messages cost 1 or more, see PROTOCOL.md.',
    ),
})
