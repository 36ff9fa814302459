import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto'

/** An Ed25519 key by its parts, in base64url, as a JWK has them. */
export interface KeyParts {
  readonly x: string
  readonly d: string
}

export function makeKeyParts(): KeyParts {
  return partsOf(generateKeyPairSync('ed25519').privateKey)
}

/** Throws where it is no Ed25519 key. */
export function partsOf(key: KeyObject): KeyParts {
  const { crv, x, d } = key.export({ format: 'jwk' })
  if (crv !== 'Ed25519' || x === undefined || d === undefined) throw new Error('this is no Ed25519 key')
  return { x, d }
}

/** Throws where the parts do not go together. */
export function privateKeyOf({ x, d }: KeyParts): KeyObject {
  const key = createPrivateKey({ key: { kty: 'OKP', crv: 'Ed25519', x, d }, format: 'jwk' })
  if (createPublicKey(key).export({ format: 'jwk' }).x !== x)
    throw new Error('the two halves of the key differ')
  return key
}

export function publicKeyOf(x: string): KeyObject {
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
}

/** The thumbprint of RFC 7638: the same key has the same id everywhere. */
export function keyIdOf(x: string): string {
  return createHash('sha256')
    .update(JSON.stringify({ crv: 'Ed25519', kty: 'OKP', x }))
    .digest('base64url')
}
