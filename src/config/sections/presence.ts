import { z } from 'zod'
import { milliseconds } from '../timer-range.ts'

export const presenceSection = z.strictObject({
  merge_window_ms: milliseconds(0)
    .default(50)
    .describe(
      'Changes of state are told at once; where they come too fast for that, those of so long are merged by user and told together. 0 never merges.',
    ),
})
