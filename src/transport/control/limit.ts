import { z } from 'zod'

const DEFAULT = 1000
const MAX = 10_000

/** How many entries an answer has at most: of a query, so it comes as text. */
export const limit = z.coerce.number().int().min(1).max(MAX).default(DEFAULT)
