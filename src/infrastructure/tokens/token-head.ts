import type { JWTHeaderParameters } from 'jose'
import { decodeProtectedHeader } from 'jose/decode/protected_header'
import { decodeJwt } from 'jose/jwt/decode'

/** A longer one is not looked into. LOGIN_REQUEST has the same bound. */
const MAX_LENGTH = 8192

const MAX_KEY_ID_LENGTH = 256

// Three parts, none of them empty: a token without a signature has an empty third one.
const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]+$/

/**
 * By these a token brings a key of its own, or says where one is, or demands what nobody here knows. Whoever makes such a
 * token for this server has nothing good in mind, so it is refused, although jose would pass over most of them.
 */
const FORBIDDEN = ['jwk', 'jku', 'x5u', 'x5c', 'crit', 'b64', 'zip', 'enc']

/** A token made for something else, such as a logout token, is no login. */
const TYPES: ReadonlySet<string> = new Set(['jwt', 'at+jwt', 'application/jwt', 'application/at+jwt'])

/** What a token says of itself: nothing of it is proven. */
export interface TokenHead {
  readonly header: JWTHeaderParameters
  readonly issuer: string
}

/** The head, or why the token is refused without a look at its signature. */
export function readTokenHead(token: string): TokenHead | string {
  if (token.length > MAX_LENGTH) return 'it is too long'
  if (!COMPACT.test(token)) return 'it is no signed JWT'
  try {
    const header = decodeProtectedHeader(token)
    const { alg, kid, typ } = header
    if (FORBIDDEN.some((name) => Object.hasOwn(header, name))) return 'its header has a forbidden field'
    if (typeof alg !== 'string') return 'its header has no algorithm'
    if (kid !== undefined && (typeof kid !== 'string' || kid.length > MAX_KEY_ID_LENGTH))
      return 'its key id is none'
    if (typ !== undefined && (typeof typ !== 'string' || !TYPES.has(typ.toLowerCase())))
      return 'it is of another type'
    const { iss: issuer } = decodeJwt(token)
    return typeof issuer === 'string' ? { header: { ...header, alg }, issuer } : 'it names no issuer'
  } catch {
    return 'it cannot be read'
  }
}
