import { z } from 'zod'
import { milliseconds, seconds } from '../timer-range.ts'

const count = z.int().min(1).max(1_000_000_000)

/** What acts where `security.enable_rate_limiting` is true; what one connection may ask is in the section `security`. */
export const rateLimitsSection = z.strictObject({
  user_per_minute: count
    .default(900)
    .describe('What one user may ask in a minute, over all connections, also all at once.'),
  address_per_minute: count
    .default(12_000)
    .describe('The same of all connections from one address; each new connection costs 5.'),
  calls_per_minute: count.default(30).describe('CALL_REQUESTs of one user in a minute.'),
  logins_per_minute: count.default(60).describe('Logins from one address, in the long run.'),
  login_burst: count
    .default(300)
    .describe('The same at once, after a quiet time: all of an office after a power cut.'),
  registrations_per_minute: count.default(10).describe('Registrations from one address, in the long run.'),
  registration_burst: count.default(100).describe('The same at once, after a quiet time.'),
  max_score: count
    .default(100)
    .describe('Messages over a limit of its own after which a connection is ended and its address banned.'),
  score_decay_per_minute: count.default(60).describe('How many of these are forgiven in a minute.'),
  ban_secs: seconds()
    .default(60)
    .describe('The first ban of an address; each further one is twice as long as the last.'),
  max_ban_secs: seconds()
    .default(3600)
    .describe('The longest ban; after so long without one an address begins anew.'),
  failed_logins: count
    .default(5)
    .describe(
      'Wrong passwords for one user from one address that cost nothing; with each further one a wait begins.',
    ),
  failed_logins_per_address: count
    .default(50)
    .describe(
      'The same for all users from one address; whoever has logged in from there before does not wait for this.',
    ),
  backoff_ms: milliseconds()
    .default(1000)
    .describe('The first such wait; it doubles with each further failure.'),
  max_backoff_secs: seconds()
    .default(900)
    .describe('The longest such wait; after twice as long without a failure all is forgotten.'),
})
