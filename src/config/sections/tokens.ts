import { z } from 'zod'
import { isObject } from '../objects.ts'
import { seconds } from '../timer-range.ts'
import { tokenIssuer } from './token-issuer.ts'

export const tokensSection = z.strictObject({
  ttl_secs: seconds()
    .default(3600)
    .describe(
      'How long a token that this server issues is valid. A session that was opened with it goes on after that.',
    ),
  key_path: z
    .string()
    .default('')
    .describe(
      'The file with the Ed25519 private key for these tokens, in PEM form. Empty means the database of persistence.postgres_url, or without one token-keys.json in persistence.data_directory, which the server makes.',
    ),
  issuers: z
    .array(tokenIssuer)
    .default([])
    .refine((entries) => repeatedIssuer(entries) === undefined, {
      when: ({ value }) => Array.isArray(value),
      error: ({ input }) => `two entries have the issuer "${repeatedIssuer(input) ?? ''}"; keep one of them`,
    })
    .describe('Others whose tokens count beside those of this server.'),
})

/** Of entries that may have any other fault. */
function repeatedIssuer(entries: unknown): string | undefined {
  if (!Array.isArray(entries)) return undefined
  const names = entries.flatMap((entry: unknown) =>
    isObject(entry) && typeof entry.issuer === 'string' ? [entry.issuer] : [],
  )
  return names.find((name, index) => names.indexOf(name) !== index)
}
