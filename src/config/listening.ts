import { z } from 'zod'

/** Where a door listens. */
export const bindAddress = z
  .string()
  .regex(/^[A-Za-z0-9._:%-]+$/)
  .meta({ allowed: 'IP address without brackets, or host name' })
  .default('127.0.0.1')

/** 0 chooses a free one. */
export const port = z.int().min(0).max(65_535)
