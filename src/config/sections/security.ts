import { z } from 'zod'
import { seconds } from '../timer-range.ts'

/** Files of the original server may have larger numbers, which act as this one. */
export const MAX_SESSIONS_PER_USER = 16

export const securitySection = z.strictObject({
  bcrypt_cost: z
    .int()
    .min(4)
    .max(15)
    .default(10)
    .describe(
      'Cost of password hashes. Each step doubles the work: 10 takes about 60 ms, and 12 about 220 ms.',
    ),
  hash_threads: z
    .int()
    .min(0)
    .max(256)
    .default(0)
    .describe('How many threads hash passwords. 0 means one less than there are cores, from 1 to 8.'),
  max_pending_hashes: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(1000)
    .describe(
      'How many logins and registrations may wait for a hash thread or have one. If more come, the address with most of them is refused first.',
    ),
  session_policy: z
    .enum(['replace', 'reject'])
    .default('replace')
    .describe(
      'When a user has as many sessions as may be and logs in once more: "replace" ends the oldest session, "reject" refuses the new login. A session that waits for its client always makes room.',
    ),
  session_timeout_secs: seconds()
    .default(60)
    .describe(
      'A connection that has sent a HEARTBEAT before is closed after so long without a message. One that has never sent a HEARTBEAT is not closed for this.',
    ),
  max_sessions_per_user: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(1)
    .describe(
      `On how many devices a user may be logged in at once, ${MAX_SESSIONS_PER_USER} at most. A call rings at all of them. A larger number acts as ${MAX_SESSIONS_PER_USER}.`,
    ),
  enable_rate_limiting: z
    .boolean()
    .default(true)
    .describe(
      'Whether there are limits on rates, with their waits and bans. The limits on connections and bytes stay in any case.',
    ),
  lookalike_names: z
    .enum(['refuse', 'allow'])
    .default('refuse')
    .describe(
      'Whether a registration is refused if the name reads like that of another account: the same in other case or width, or in letters of another script. Accounts that exist stay.',
    ),
  max_requests_per_minute: z
    .int()
    .min(1)
    .max(1_000_000_000)
    .default(600)
    .describe(
      'What one connection may ask in a minute. All of it may come at once. Messages cost 1 or more, see PROTOCOL.md.',
    ),
  registration: z
    .enum(['open', 'invite', 'closed'])
    .default('open')
    .describe(
      'Who may make an account: anybody, only who has a code made by `ctl invites create`, or nobody. Guests and `ctl users add` are not concerned.',
    ),
  guests: z
    .boolean()
    .default(false)
    .describe(
      'Whether somebody may come with a name alone, over HTTP. A guest is there as long as its session, and nowhere on disk.',
    ),
})
