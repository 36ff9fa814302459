import { err, ok, type Result } from '../../domain/result.ts'

/** What is made of it is no larger. */
const MAX_BYTES = 64 * 1024 * 1024

/** `hexdump -C` has the text between bars, after the bytes. */
const BARS = /\s+\|.*\|?\s*$/
/** `xxd`: an offset with a colon; two spaces come before the text. */
const WITH_COLON = /^\s*[\da-f]{4,16}:\s+(.*)$/i
/** `hexdump -C` and Wireshark: an offset, at least two spaces; three come before Wireshark's text. */
const WITH_SPACES = /^\s*([\da-f]{4,16})(?:\s{2,}(.*))?$/i
const BETWEEN = /0x|\\x|[\s,:;-]/gi

/** Bytes of hexadecimal text: bare digits with any white space, or as `hexdump -C`, `xxd` and Wireshark print them. */
export function bytesOfHex(text: string): Result<Buffer, string> {
  const pieces: Buffer[] = []
  let size = 0
  let repeats = false
  let last: Buffer = Buffer.alloc(0)
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '*') {
      repeats = true
      continue
    }
    const { offset, digits } = partsOf(line, size, repeats)
    if (repeats && offset !== undefined) {
      if (offset > MAX_BYTES) return err(tooMuch())
      while (last.length > 0 && size < offset) {
        pieces.push(last)
        size += last.length
      }
      repeats = false
    }
    const wrong = /[^\da-f]/i.exec(digits)
    if (wrong !== null)
      return err(`line ${index + 1}: ${JSON.stringify(wrong[0])} is no hexadecimal digit (0 to 9, a to f)`)
    if (digits.length % 2 !== 0)
      return err(`line ${index + 1}: an odd number of hexadecimal digits: each byte has two`)
    if (digits === '') continue
    last = Buffer.from(digits, 'hex')
    pieces.push(last)
    size += last.length
    if (size > MAX_BYTES) return err(tooMuch())
  }
  return ok(Buffer.concat(pieces))
}

/** Whether somebody who gives it means hexadecimal digits rather than the name of a file. */
export function looksLikeHex(text: string): boolean {
  return /^[\da-f]+$/i.test(text.replaceAll(BETWEEN, ''))
}

interface Parts {
  readonly offset?: number | undefined
  readonly digits: string
}

/** `size`: bytes so far, which an offset without a colon must equal: otherwise it is bytes itself. */
function partsOf(line: string, size: number, repeats: boolean): Parts {
  const bytes = line.replace(BARS, '')
  const xxd = WITH_COLON.exec(bytes)?.[1]
  if (xxd !== undefined) {
    return { offset: Number.parseInt(bytes.trim(), 16), digits: bare(xxd.replace(/\s{2,}.*$/, '')) }
  }
  const [, first, rest = ''] = WITH_SPACES.exec(bytes) ?? []
  if (first !== undefined) {
    const offset = Number.parseInt(first, 16)
    const alone = rest === '' && size > 0
    if (offset === size || (repeats && offset > size)) {
      if (rest !== '' || alone) return { offset, digits: bare(rest.replace(/\s{3,}.*$/, '')) }
    }
  }
  return { digits: bare(bytes) }
}

function bare(text: string): string {
  return text.replaceAll(BETWEEN, '')
}

function tooMuch(): string {
  return `more than ${MAX_BYTES} bytes: put them into a binary file`
}
