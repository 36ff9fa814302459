import { z } from 'zod'

const JWKS_URL = 'https URL, or http URL of a loopback address, without user name and fragment'

/** As an HMAC with SHA-256 needs it (RFC 7518, section 3.2). */
const MIN_SECRET_BYTES = 32
const SECRET = `string of at least ${MIN_SECRET_BYTES} bytes, or absent with ROOMRTC_TOKEN_SECRET set`

/** The `iss` of this server's own tokens. */
const OWN_ISSUER = 'roomrtc-server'
const ISSUER = `non-empty string other than ${OWN_ISSUER}, which is this server itself`

const keys = z.strictObject({
  issuer: z
    .string()
    .refine((issuer) => issuer !== '' && issuer !== OWN_ISSUER, { error: `allowed: ${ISSUER}` })
    .meta({ allowed: ISSUER })
    .describe('The `iss` of its tokens. Each issuer appears once.'),
  audience: z
    .string()
    .min(1)
    .describe(
      'What must be in the `aud` of its tokens, so that a token made for somebody else does not count.',
    ),
  jwks_url: z
    .string()
    .refine(isKeysUrl, { error: `allowed: ${JWKS_URL}` })
    .meta({ allowed: JWKS_URL })
    .optional()
    .describe('Where it publishes its public keys, as a JWK Set.'),
  public_key_path: z
    .string()
    .min(1)
    .optional()
    .describe('Instead of jwks_url: a PEM file with its public key or certificate.'),
  secret: z
    .string()
    .refine((secret) => Buffer.byteLength(secret) >= MIN_SECRET_BYTES, { error: `allowed: ${SECRET}` })
    .meta({ secret: true, allowed: SECRET })
    .optional()
    .describe(
      'Instead of jwks_url: a secret shared with it, for HS256, HS384 and HS512. If an entry has none of the three, the environment variable ROOMRTC_TOKEN_SECRET is used.',
    ),
  username_claim: z
    .string()
    .min(1)
    .default('sub')
    .describe('The claim that is the username. A token must have a `sub` in any case.'),
  create_accounts: z
    .boolean()
    .default(true)
    .describe(
      'Whether an account is made for a name that has none. If false, the tokens of such names are refused.',
    ),
})

const KINDS = ['jwks_url', 'public_key_path', 'secret'] as const

// As with TURN servers: they speak as soon as these keys are strings, whatever else is wrong.
const when = ({ value }: { value: unknown }) => kindKeys.safeParse(value).success
const kindKeys = z.object({
  jwks_url: z.string().optional(),
  public_key_path: z.string().optional(),
  secret: z.string().optional(),
})

const countKinds = (entry: z.output<typeof kindKeys>) =>
  KINDS.filter((kind) => entry[kind] !== undefined).length

/** Comes out with one key, so that no reader has to ask which of the three there is. */
export const tokenIssuer = keys
  .refine((entry) => countKinds(entry) > 0, {
    when,
    error:
      'there is no key; set jwks_url, public_key_path or secret, the last one here or in the environment variable ROOMRTC_TOKEN_SECRET',
  })
  .refine((entry) => countKinds(entry) < 2, {
    when,
    error: 'more than one key is given; keep one of jwks_url, public_key_path and secret',
  })
  .meta({ allowed: 'object with issuer, audience and one of jwks_url, public_key_path and secret' })
  .transform(({ issuer, audience, username_claim, create_accounts, ...entry }) => ({
    issuer,
    audience,
    username_claim,
    create_accounts,
    key: oneKind(entry),
  }))

export type TokenIssuerKey =
  | { readonly kind: 'jwks'; readonly url: string }
  | { readonly kind: 'pem'; readonly path: string }
  | { readonly kind: 'secret'; readonly secret: string }

function oneKind({
  jwks_url: url,
  public_key_path: path,
  secret,
}: z.output<typeof kindKeys>): TokenIssuerKey {
  if (url !== undefined) return { kind: 'jwks', url }
  if (path !== undefined) return { kind: 'pem', path }
  if (secret !== undefined) return { kind: 'secret', secret }
  throw new Error('an issuer without a key passed the check')
}

/** Keys that come over plain http from elsewhere may be anybody's. */
function isKeysUrl(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname, username, password, hash } = new URL(text)
  if (username !== '' || password !== '' || hash !== '') return false
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname))
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname)
}
