import { createHash, createHmac } from 'node:crypto'
import { tokenField } from '../../domain/token-account.ts'
import type { Account } from '../../domain/user.ts'

const MARK_BYTES = 16

/**
 * Goes into our tokens, and is another one as soon as the account has another name or password. Without the secret
 * nobody can tell from it anything of the password.
 */
export function accountMark(
  secret: Uint8Array,
  { id, username, passwordHash }: Pick<Account, 'id' | 'username' | 'passwordHash'>,
): string {
  const mac = createHmac('sha256', secret).update(JSON.stringify([id, username, passwordHash]))
  return mac.digest().subarray(0, MARK_BYTES).toString('base64url')
}

/**
 * What an account that a token has made holds in place of a password hash: by whom and for whom it was made. `subject` is
 * what the issuer never gives to anybody else.
 */
export function bearerField(issuer: string, subject: string): string {
  return tokenField(digest([issuer]), digest([issuer, subject]))
}

/** In the alphabet of bcrypt, which has a dot for base64's plus sign. */
function digest(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64').replaceAll('+', '.')
}
