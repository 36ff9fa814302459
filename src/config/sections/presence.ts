import { z } from 'zod'
import { milliseconds } from '../timer-range.ts'

export const presenceSection = z.strictObject({
  merge_window_ms: milliseconds(0)
    .default(50)
    .describe(
      'A change of state is sent at once. If changes come too fast, those of this period are merged, so that each user has one, and are sent together. 0 never merges.',
    ),
})
