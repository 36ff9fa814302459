import { z } from 'zod'
import { milliseconds, seconds } from '../timer-range.ts'

const count = z.int().min(1).max(1_000_000_000)

/** What acts where `security.enable_rate_limiting` is true; what one connection may ask is in the section `security`. */
export const rateLimitsSection = z.strictObject({
  user_per_minute: count
    .default(900)
    .describe('What one user may ask in a minute over all connections. All of it may come at once.'),
  address_per_minute: count
    .default(12_000)
    .describe('What all connections from one address may ask in a minute. Each new connection costs 5.'),
  signals_per_minute: count
    .default(1200)
    .describe(
      'How many SDP_OFFERs, SDP_ANSWERs and ICE_CANDIDATEs one user may send in an active call in a minute. All of them may come at once. They count here and for the address, and nowhere else.',
    ),
  calls_per_minute: count
    .default(30)
    .describe('How many CALL_REQUESTs and CALL_TRANSFERs one user may send in a minute.'),
  logins_per_minute: count
    .default(60)
    .describe('How many logins may come from one address in a minute, on average.'),
  login_burst: count
    .default(300)
    .describe(
      'How many logins may come from one address at once after a quiet time, for example from an office after a power cut.',
    ),
  registrations_per_minute: count
    .default(10)
    .describe('How many registrations may come from one address in a minute, on average.'),
  registration_burst: count
    .default(100)
    .describe('How many registrations may come from one address at once after a quiet time.'),
  max_score: count
    .default(100)
    .describe(
      'After so many messages over its own limits, a connection is closed and its address is banned.',
    ),
  score_decay_per_minute: count.default(60).describe('How many of those messages are forgiven in a minute.'),
  ban_secs: seconds()
    .default(60)
    .describe(
      'The length of the first ban of an address. Each further ban is twice as long as the one before.',
    ),
  max_ban_secs: seconds()
    .default(3600)
    .describe(
      'The length of the longest ban. After so long without a ban, the next one is a first ban again.',
    ),
  failed_logins: count
    .default(5)
    .describe(
      'How many wrong passwords for one user from one address cost nothing. After each further one, the next try must wait.',
    ),
  failed_logins_per_address: count
    .default(50)
    .describe(
      'How many wrong passwords for all users from one address cost nothing. A user who has logged in from there before does not wait because of this.',
    ),
  backoff_ms: milliseconds()
    .default(1000)
    .describe('The first wait after a wrong password. It doubles with each further failure.'),
  max_backoff_secs: seconds()
    .default(900)
    .describe(
      'The longest wait after a wrong password. After twice this time without a failure, all failures are forgotten.',
    ),
  chat_send_max_score: count
    .default(30)
    .describe('How many messages a user may send at once. Each adds 1 to a score, which may be so high.'),
  chat_send_decay_per_minute: count.default(60).describe('How much of that score is forgiven in a minute.'),
  chat_react_max_score: count.default(60).describe('How many reactions to messages a user may send at once.'),
  chat_react_decay_per_minute: count
    .default(120)
    .describe('How many of the reactions are forgiven in a minute.'),
  upload_max_score: count.default(30).describe('How many files a user may upload at once.'),
  upload_decay_per_minute: count.default(20).describe('How many of the uploads are forgiven in a minute.'),
  room_join_max_score: count.default(60).describe('How many times a user may enter a room at once.'),
  room_join_decay_per_minute: count
    .default(60)
    .describe('How many of the times that a user entered a room are forgiven in a minute.'),
})
