import { err, ok, type Result } from './result.ts'

const USERNAME_RULE =
  'A username has 1 to 32 characters: letters, digits, _ . - @ + and, inside, single spaces, in Unicode form NFC'

const MAX_CODE_POINTS = 32

// A letter may carry combining marks where Unicode has no single code point for the pair (many Indic and Thai syllables).
// What shows nothing, such as the Hangul fillers or a variation selector, would make two names look the same.
const ALLOWED = /^(?!.*\p{Default_Ignorable_Code_Point})(?:\p{L}\p{M}*|\p{Nd}|[_.@+-]| (?! ))+$/u

/** Checks a name somebody wants to register. Names are compared exactly, so nothing is folded or trimmed here. */
export function checkUsername(name: string): Result<undefined, string> {
  const length = codePoints(name)
  if (length === 0) return err(`${USERNAME_RULE}. This one is empty.`)
  if (length > MAX_CODE_POINTS) return err(`${USERNAME_RULE}. This one is too long.`)
  if (name.startsWith(' ') || name.endsWith(' ')) {
    return err(`${USERNAME_RULE}. This one starts or ends with a space.`)
  }
  if (!ALLOWED.test(name)) return err(`${USERNAME_RULE}. This one has another character.`)
  if (name.normalize('NFC') !== name) return err(`${USERNAME_RULE}. This one is not in form NFC.`)
  return ok(undefined)
}

// Counting stops soon after the limit: a name of 200 KB costs no more than one of 33 characters.
function codePoints(name: string): number {
  return Array.from(name.slice(0, 2 * MAX_CODE_POINTS + 2)).length
}

/** One user must fit into a list with others. */
const MAX_STORED_LENGTH = 1024

// Control characters, line and paragraph separators, and what the native client's text search trips over.
const UNSAFE = /[\p{Cc}\p{Cs}\u2028\u2029"\\|[\]{}]/u

/**
 * The looser rule for names that an account file already holds, some of them made by the original server, which
 * checked nothing: whatever cannot break the file, a log line or the native client's parser goes on working.
 */
export function isSafeStoredName(name: string): boolean {
  return name !== '' && name.length <= MAX_STORED_LENGTH && !UNSAFE.test(name)
}
