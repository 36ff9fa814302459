import { z } from 'zod'
import { milliseconds } from '../timer-range.ts'

export const presenceSection = z.strictObject({
  merge_window_ms: milliseconds(0)
    .default(50)
    .describe(
      'A change of state is sent at once. If changes come too fast, those of this period are merged, so that each user has one, and are sent together. 0 never merges.',
    ),
  max_watched: z
    .int()
    .min(1)
    // With all their states they fit into one frame.
    .max(2000)
    .default(500)
    .describe('How many users and rooms together a client may watch with WATCH.'),
})
