import { createPublicKey, type KeyObject } from 'node:crypto'
import type { JWTVerifyGetKey } from 'jose'
import { err, ok, type Result } from '../../../domain/result.ts'

/** By what an issuer's tokens are checked. */
export interface IssuerKey {
  /** Nothing else is accepted, whatever a token says: the kind of the key decides, never the token. */
  readonly algorithms: readonly string[]
  readonly get: JWTVerifyGetKey
}

const HMAC = ['HS256', 'HS384', 'HS512']
const RSA = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']
const EDDSA = ['EdDSA', 'Ed25519']
const ECDSA: Readonly<Record<string, string>> = {
  prime256v1: 'ES256',
  secp384r1: 'ES384',
  secp521r1: 'ES512',
}

/** Of a JWK Set, in which each key says of what kind it is: everything that has a public key. */
export const PUBLIC_KEY_ALGORITHMS: readonly string[] = [...EDDSA, ...Object.values(ECDSA), ...RSA]

const MIN_RSA_BITS = 2048

export function sharedSecret(secret: string): IssuerKey {
  const bytes = Buffer.from(secret)
  return { algorithms: HMAC, get: () => bytes }
}

/** Of a PEM text, a public key or a certificate. The fault is for "it …". */
export function pemKey(text: string): Result<IssuerKey, string> {
  if (text.includes('PRIVATE KEY')) return err('holds a private key; only the public key belongs here')
  let key: KeyObject
  try {
    key = createPublicKey(text)
  } catch {
    return err('holds no public key in PEM form')
  }
  const algorithms = algorithmsOf(key)
  if (algorithms === undefined)
    return err('must hold a key for Ed25519, P-256, P-384, P-521, or RSA with at least 2048 bits')
  return ok({ algorithms, get: () => key })
}

function algorithmsOf({ asymmetricKeyType: type, asymmetricKeyDetails: details = {} }: KeyObject) {
  if (type === 'ed25519') return EDDSA
  if (type === 'rsa') return (details.modulusLength ?? 0) < MIN_RSA_BITS ? undefined : RSA
  const algorithm = type === 'ec' ? ECDSA[details.namedCurve ?? ''] : undefined
  return algorithm === undefined ? undefined : [algorithm]
}
