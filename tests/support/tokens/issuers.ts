import type { IssuerOptions } from '../../../src/infrastructure/tokens/issuers/issuer.ts'
import { pemKey, sharedSecret } from '../../../src/infrastructure/tokens/issuers/issuer-key.ts'
import { mint, type MintingKey, publicPem } from './mint.ts'

export const AUDIENCE = 'roomrtc'
export const SECRET = 'a shared secret of more than 32 bytes'

/** An issuer that counts, known by its secret or its public key. */
export function issuerOf(
  issuer: string,
  key: MintingKey,
  rest: Partial<Omit<IssuerOptions, 'key'>> = {},
): IssuerOptions {
  const known =
    typeof key === 'string' ? { ok: true as const, value: sharedSecret(key) } : pemKey(publicPem(key))
  if (!known.ok) throw new Error(known.error)
  return {
    issuer,
    audience: AUDIENCE,
    usernameClaim: 'sub',
    createsAccounts: true,
    ...rest,
    key: known.value,
  }
}

/** A token of the issuer `shop`, by its secret, as it should be but for `changes`; an undefined claim is left out. */
export function shopToken(
  nowMs: number,
  changes: Readonly<Record<string, unknown>> = {},
  { key = SECRET, header = {} }: { key?: MintingKey; header?: Readonly<Record<string, unknown>> } = {},
): string {
  const now = Math.floor(nowMs / 1000)
  const claims = { iss: 'shop', aud: AUDIENCE, sub: 'alice', iat: now, exp: now + 60, ...changes }
  return mint(key, { alg: 'HS256', typ: 'JWT', ...header }, claims)
}
