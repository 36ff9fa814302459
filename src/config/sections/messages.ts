import { z } from 'zod'

export const messagesSection = z.strictObject({
  enabled: z
    .boolean()
    .default(false)
    .describe(
      'Text messages with history (capability messages). If false, nothing that keeps them is loaded.',
    ),
  path: z
    .string()
    .default('')
    .describe(
      'The SQLite file of the messages. Empty means messages.db in persistence.data_directory. With persistence.postgres_url they are in that database instead, and without persistence.enable_persistence in memory.',
    ),
  max_text_bytes: z
    .int()
    .min(1)
    .max(16_384)
    .default(4096)
    .describe('How long the text of a message may be, in bytes of UTF-8.'),
  keep_days: z.int().min(1).max(36_500).default(365).describe('After so many days a message is forgotten.'),
})
