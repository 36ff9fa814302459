import type { z } from 'zod'

/** Marks a field that v1 does not have: it comes after those that it has, and the tables show it so. */
export function added<Schema extends z.ZodType>(schema: Schema): Schema {
  return schema.meta({ addedToV1: true })
}
