import { createHmac, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'

/** By what the other issuer of a test signs. */
export type MintingKey = KeyObject | string

/** RSA keys take long to make, and one is as good as another. */
let rsa: KeyObject | undefined
export function rsaKey(): KeyObject {
  return (rsa ??= generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey)
}

export function ed25519Key(): KeyObject {
  return generateKeyPairSync('ed25519').privateKey
}

export function ecKey(namedCurve = 'P-256'): KeyObject {
  return generateKeyPairSync('ec', { namedCurve }).privateKey
}

export function publicPem(key: KeyObject): string {
  return createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString()
}

export function publicJwk(key: KeyObject, kid: string): Readonly<Record<string, unknown>> {
  return { ...createPublicKey(key).export({ format: 'jwk' }), kid, use: 'sig' }
}

const encoded = (value: object | string): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')

/** A JWT with exactly this header and these claims, whatever they are. */
export function mint(
  key: MintingKey,
  header: Readonly<Record<string, unknown>>,
  claims: object | string,
): string {
  const input = `${encoded(header)}.${encoded(claims)}`
  return `${input}.${signatureOf(key, String(header['alg']), Buffer.from(input)).toString('base64url')}`
}

function signatureOf(key: MintingKey, alg: string, input: Buffer): Buffer {
  const bits = /(?:256|384|512)$/.exec(alg)?.[0] ?? '256'
  if (typeof key === 'string') return createHmac(`sha${bits}`, key).update(input).digest()
  if (key.asymmetricKeyType === 'ed25519') return sign(null, input, key)
  if (key.asymmetricKeyType === 'ec') return sign(`sha${bits}`, input, { key, dsaEncoding: 'ieee-p1363' })
  const pss = alg.startsWith('PS') ? { padding: 6, saltLength: Number(bits) / 8 } : {}
  return sign(`sha${bits}`, input, { key, ...pss })
}
