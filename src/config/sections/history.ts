import { z } from 'zod'

export const historySection = z.strictObject({
  max_entries: z
    .int()
    .min(0)
    .max(1000)
    .default(200)
    .describe('How many calls of the past are kept for each account. 0 keeps none.'),
  keep_days: z.int().min(1).max(3650).default(90).describe('After so many days a call is forgotten.'),
  max_calls: z
    .int()
    .min(1)
    .max(10_000_000)
    .default(100_000)
    .describe('How many calls are kept for all accounts together. Beyond that the oldest go.'),
})
