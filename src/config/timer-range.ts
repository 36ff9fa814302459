import { z } from 'zod'

/** The longest wait a Node timer can hold: above 2^31 − 1 ms it would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1

export const milliseconds = (from = 1) => z.int().min(from).max(MAX_TIMER_MS)

export const seconds = (from = 1) =>
  z
    .int()
    .min(from)
    .max(Math.floor(MAX_TIMER_MS / 1000))
