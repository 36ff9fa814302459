import { createHmac, createPrivateKey, randomBytes } from 'node:crypto'
import { z } from 'zod'
import { err, ok, type Result } from '../../../domain/result.ts'
import { type KeyParts, makeKeyParts, partsOf, privateKeyOf, publicKeyOf } from './signing-key.ts'

/** Retired keys that may be valid at a time: who rotates more often is refused. */
export const MAX_RETIRED = 100

const part = z.string().regex(/^[\w-]{43}$/)

const schema = z.strictObject({
  version: z.literal(1),
  /** The key that signs, and the longest time for which it has signed a token. */
  signing: z.strictObject({ x: part, d: part, longest_ttl_secs: z.int().min(0) }),
  /** Public halves of earlier keys, and when the last token made with each has ended, in Unix seconds. */
  retired: z.array(z.strictObject({ x: part, ends_at: z.int().min(0) })).max(MAX_RETIRED),
  /** The key of `accountMark`. */
  mark_secret: part,
})

/** What is kept of the keys, as the file has it. */
export type StoredKeys = z.output<typeof schema>

export function makeStoredKeys(): StoredKeys {
  return {
    version: 1,
    signing: { ...makeKeyParts(), longest_ttl_secs: 0 },
    retired: [],
    mark_secret: randomBytes(32).toString('base64url'),
  }
}

export function formatStoredKeys(keys: StoredKeys): string {
  return `${JSON.stringify(keys, null, 2)}\n`
}

/** Of our own file, or of a private key as openssl writes it. The fault quotes nothing of the text. */
export function parseStoredKeys(text: string): Result<StoredKeys, string> {
  try {
    if (text.trimStart().startsWith('-----BEGIN')) return ok(keysOfPem(partsOf(createPrivateKey(text))))
    const keys = schema.parse(JSON.parse(text))
    privateKeyOf(keys.signing)
    for (const { x } of keys.retired) publicKeyOf(x)
    return ok(keys)
  } catch {
    return err('it holds neither an Ed25519 private key in PEM form nor what this server has written')
  }
}

/** The longest time that the configuration allows: a file in PEM form does not say how long its tokens live. */
const LONGEST_TTL_SECS = 2_147_483

/** The same key gives the same marks after a restart. */
function keysOfPem(key: KeyParts): StoredKeys {
  const secret = createHmac('sha256', Buffer.from(key.d, 'base64url')).update('roomrtc-server account mark')
  return {
    version: 1,
    signing: { ...key, longest_ttl_secs: LONGEST_TTL_SECS },
    retired: [],
    mark_secret: secret.digest('base64url'),
  }
}
