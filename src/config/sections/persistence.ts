import { z } from 'zod'
import { postgresUrlFault } from '../postgres-url.ts'
import { seconds } from '../timer-range.ts'

export const persistenceSection = z.strictObject({
  enable_persistence: z
    .boolean()
    .default(true)
    .describe(
      'Keep accounts, sessions and the call history in files. If false, they are forgotten when the daemon stops.',
    ),
  data_directory: z
    .string()
    .min(1)
    .default('.')
    .describe(
      'The directory of users.txt and the files beside it, sessions.journal, history.jsonl, token-keys.json and roomrtc.sock.',
    ),
  postgres_url: z
    .string()
    .refine((url) => url === '' || postgresUrlFault(url) === undefined, {
      error: ({ input }) => `${postgresUrlFault(String(input)) ?? ''} (here or in ROOMRTC_POSTGRES_URL)`,
    })
    .meta({ secret: true, allowed: 'URL such as postgres://user@host:5432/database, or empty' })
    .default('')
    .describe(
      'The PostgreSQL database of the accounts, in the place of users.txt. Empty means none. The environment variable ROOMRTC_POSTGRES_URL overrides it.',
    ),
  auto_save_interval_secs: seconds(0)
    .default(300)
    .describe(
      'How often the daemon checks whether the account file should be compacted. 0 means only at the start.',
    ),
})
