import { createHash } from 'node:crypto'

// bcrypt's key schedule reads 72 bytes: it ignores what comes after them.
const BCRYPT_BYTES = 72

/**
 * What bcrypt is given for a password. bcrypt ends its key with NUL and repeats it up to 72 bytes, so it would take
 * "a" and "a\0a" for the same, and so too any two that differ only after byte 72. Those are first reduced to
 * base64(SHA-256(UTF-8)): 44 bytes without NUL, in which every byte of the password counts.
 */
export function bcryptSecret(password: string): string {
  if (Buffer.byteLength(password) <= BCRYPT_BYTES && !password.includes('\0')) return password
  return createHash('sha256').update(password).digest('base64')
}
