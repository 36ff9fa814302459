import { parseUserId } from '../../../domain/ids.ts'
import { err, ok, type Result } from '../../../domain/result.ts'
import type { Account } from '../../../domain/user.ts'
import { isSafeStoredName } from '../../../domain/username.ts'
import { isBcryptHash } from '../../passwords/bcrypt-hash.ts'
import { isLegacyDigest } from '../../passwords/legacy-digest.ts'

/** What one line says. A fault's cause never quotes the line: it may hold a password hash. */
type AccountLine =
  | { readonly kind: 'nothing' | 'comment' }
  | { readonly kind: 'account'; readonly account: Account }

const NOTHING = ok({ kind: 'nothing' } as const)
const COMMENT = ok({ kind: 'comment' } as const)

const UNIX_SECONDS = /^\d{1,15}$/

/** Before the hash of an account that is disabled. No password matches such a hash, on the original server neither. */
const DISABLED = '!'

/** `id|username|password_hash|created_at`, a comment starting with `#`, or a blank line; without the line's end. */
export function parseAccountLine(line: string): Result<AccountLine, string> {
  if (line.startsWith('#')) return COMMENT
  const first = line.indexOf('|')
  const second = line.indexOf('|', first + 1)
  const third = line.indexOf('|', second + 1)
  if (first === -1 || second === -1 || third === -1 || line.includes('|', third + 1)) {
    if (line.trim() === '') return NOTHING
    const fields = line.split('|').length
    return err(`it has ${fields} fields instead of the 4 of id|username|password_hash|created_at`)
  }
  const id = parseUserId(copyOf(line.slice(0, first)))
  const username = copyOf(line.slice(first + 1, second))
  const field = line.slice(second + 1, third)
  const disabled = field.startsWith(DISABLED)
  const passwordHash = disabled ? field.slice(DISABLED.length) : field
  const createdAt = line.slice(third + 1)
  if (id === undefined)
    return err('its id is not 1 to 128 printable ASCII characters without space, " and \\')
  if (!isSafeStoredName(username)) return err('its username is empty or has a character that is not allowed')
  if (!isBcryptHash(passwordHash) && !isLegacyDigest(passwordHash)) {
    return err('its password hash is neither bcrypt nor 16 hexadecimal digits')
  }
  if (!UNIX_SECONDS.test(createdAt)) return err('its created_at is not a number of Unix seconds')
  const account = { id, username, passwordHash, createdAt: Number(createdAt) }
  return ok({ kind: 'account', account: disabled ? { ...account, disabled } : account })
}

/** A slice would keep all of the line, with the password hash, for as long as a session has the name. */
function copyOf(slice: string): string {
  return Buffer.from(slice).toString()
}

// Seconds have ten digits since 2001: of a shorter number at the very end of a file nobody knows whether it was cut.
const WHOLE_NUMBER_AT_END = /\|\d{10,}$/

/** Whether the last line of a file, found without its newline, lacks nothing else. */
export function isWholeWithoutNewline(line: string): boolean {
  const parsed = parseAccountLine(line)
  return parsed.ok && (parsed.value.kind !== 'account' || WHOLE_NUMBER_AT_END.test(line))
}

/** The line for an account, with its newline. Throws where it could not be read back: a forged line is a bug above. */
export function formatAccountLine({
  id,
  username,
  passwordHash,
  createdAt,
  disabled = false,
}: Account): string {
  const line = `${id}|${username}|${disabled ? DISABLED : ''}${passwordHash}|${createdAt}`
  const parsed = parseAccountLine(line)
  if (!parsed.ok) throw new Error(`An account cannot be written as a line: ${parsed.error}`)
  if (parsed.value.kind !== 'account')
    throw new Error('An account cannot be written as a line: it is a comment')
  return `${line}\n`
}
