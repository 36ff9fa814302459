import { parseUserId } from '../../../domain/ids.ts'
import { isSafeStoredName } from '../../../domain/username.ts'
import { isBcryptHash } from '../../passwords/bcrypt-hash.ts'

const NEWLINE = 0x0a
const HASH_SIGN = 0x23
const DOLLAR = 0x24
const ZERO = 0x30
const TWO = 0x32
const BAR = 0x7c

const MAX_FIELD = 128
const BCRYPT_PREFIX = 7
const BCRYPT_REST = 53

/** What an ASCII character may be in, asked of the rules themselves. */
const IN_ID = 1
const IN_NAME = 2
const IN_HASH = 4
const DIGIT = 8
const ALLOWED = Uint8Array.from({ length: 256 }, (_, code) => {
  if (code >= 0x80) return 0
  const character = String.fromCharCode(code)
  return (
    (parseUserId(character) === undefined ? 0 : IN_ID) |
    (isSafeStoredName(character) ? IN_NAME : 0) |
    (isBcryptHash(`$2b$10$${character.repeat(BCRYPT_REST)}`) ? IN_HASH : 0) |
    (/\d/.test(character) ? DIGIT : 0)
  )
})

/**
 * Where the line that begins at `start` ends, behind its newline, if it is an account as nearly all are: ASCII, bcrypt,
 * LF. 0 says nothing: such a line is for `parseAccountLine`, which takes seven times as long, and which would take every
 * line that this one takes.
 */
export function endOfPlainLine(bytes: Uint8Array, start: number): number {
  if (bytes[start] === HASH_SIGN) return 0
  const idEnd = run(bytes, start, IN_ID, MAX_FIELD)
  if (idEnd === start || bytes[idEnd] !== BAR) return 0
  const name = idEnd + 1
  const nameEnd = run(bytes, name, IN_NAME, MAX_FIELD)
  if (nameEnd === name || bytes[nameEnd] !== BAR) return 0
  const hash = nameEnd + 1
  if (!isBcryptPrefix(bytes, hash)) return 0
  const hashEnd = run(bytes, hash + BCRYPT_PREFIX, IN_HASH, BCRYPT_REST)
  if (hashEnd !== hash + BCRYPT_PREFIX + BCRYPT_REST || bytes[hashEnd] !== BAR) return 0
  const created = hashEnd + 1
  const createdEnd = run(bytes, created, DIGIT, 15)
  return createdEnd > created && bytes[createdEnd] === NEWLINE ? createdEnd + 1 : 0
}

/** Where characters of a kind end, or the first `limit` of them. */
function run(bytes: Uint8Array, start: number, kind: number, limit: number): number {
  const last = Math.min(start + limit, bytes.length)
  let at = start
  while (at < last && ((ALLOWED[bytes[at] ?? 0] ?? 0) & kind) !== 0) at++
  return at
}

/** `$2a$`, `$2b$` or `$2y$`, a cost from 04 to 31, `$`. */
function isBcryptPrefix(bytes: Uint8Array, at: number): boolean {
  const variant = bytes[at + 2]
  const tens = (bytes[at + 4] ?? 0) - ZERO
  const ones = (bytes[at + 5] ?? 0) - ZERO
  const cost = 10 * tens + ones
  return (
    bytes[at] === DOLLAR &&
    bytes[at + 1] === TWO &&
    (variant === 0x61 || variant === 0x62 || variant === 0x79) &&
    bytes[at + 3] === DOLLAR &&
    tens >= 0 &&
    ones >= 0 &&
    ones <= 9 &&
    cost >= 4 &&
    cost <= 31 &&
    bytes[at + 6] === DOLLAR
  )
}
