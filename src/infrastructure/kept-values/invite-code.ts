import { createHash, randomBytes } from 'node:crypto'

/** 20 characters of 5 bits: 100 random bits, which nobody guesses, and of which SHA-256 is hash enough. */
const CODE_LENGTH = 20
/** Crockford's: what is easily taken for another sign is not there. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const GROUP = /.{5}(?=.)/g

export const ID_LENGTH = 12

/** How many codes there may be. Those that are used up or have expired make room. */
export const MAX_INVITES = 1000

/** A new one as people are given it, and the hash by which it is kept. */
export function makeCode(): { readonly code: string; readonly hash: string } {
  const plainCode = [...randomBytes(CODE_LENGTH)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('')
  return { code: plainCode.replace(GROUP, '$&-'), hash: sha256(plainCode) }
}

/** Of a code as people type it: in any case, with or without what stands between the groups. */
export function hashOfCode(code: string): string {
  return sha256(code.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1'))
}

/** By which administrators know it; the code cannot be told from it. */
export function idOfHash(hash: string): string {
  return hash.slice(0, ID_LENGTH)
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
