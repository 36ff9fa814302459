import { z } from 'zod'
import { seconds } from '../timer-range.ts'

export const persistenceSection = z.strictObject({
  enable_persistence: z
    .boolean()
    .default(true)
    .describe(
      'Keep accounts, and sessions through a restart, in files; when false both are forgotten as the daemon stops.',
    ),
  data_directory: z
    .string()
    .min(1)
    .default('.')
    .describe('The directory of users.txt and, while the daemon is stopped, of sessions.jsonl.'),
  auto_save_interval_secs: seconds(0)
    .default(300)
    .describe('How often the account file is looked at for compaction; 0 is only at start.'),
})
