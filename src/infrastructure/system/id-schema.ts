import { z } from 'zod'

/** An id in a file of ours, by its own parser. */
export const idBy = <Id>(parse: (text: string) => Id | undefined) =>
  z.string().transform((text, context) => {
    const parsed = parse(text)
    if (parsed !== undefined) return parsed
    context.addIssue('not an id')
    return z.NEVER
  })
