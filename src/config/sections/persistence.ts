import { z } from 'zod'
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
  auto_save_interval_secs: seconds(0)
    .default(300)
    .describe(
      'How often the daemon checks whether the account file should be compacted. 0 means only at the start.',
    ),
})
