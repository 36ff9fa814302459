import { err, ok, type Result } from '../../domain/result.ts'
import { atOnce } from '../names/in-slices.ts'
import { isWholeWithoutNewline, parseAccountLine } from './table/account-line.ts'
import { FileAccounts } from './table/file-accounts.ts'
import { countNewlines, decodeLine, lineAt, splitAtLastNewline } from './table/lines.ts'
import { endOfPlainLine } from './table/plain-line.ts'

export interface LoadedAccounts {
  readonly accounts: FileAccounts
  /** The `#` lines, in their order. */
  readonly comments: string[]
  /** Account lines that a later line of the same account has replaced. */
  readonly superseded: number
  readonly end: FileEnd
}

/** How the file ends: as it should, in a line that lacks only its newline, or in what a crash left of a line. */
export type FileEnd =
  | { readonly kind: 'newline' | 'unterminated' }
  | { readonly kind: 'torn'; readonly bytes: Buffer }

const BYTE_ORDER_MARK = Buffer.from('\uFEFF')
const FAULTS_LISTED = 20

/** Of bytes or lines: each takes about a millisecond. */
const STEP_BYTES = 1024 * 1024
const STEP_LINES = 1024

/** Reads the whole account file, or tells every line that stands in the way of doing so. */
export function loadAccounts(path: string, file: Buffer): Result<LoadedAccounts, string[]> {
  return atOnce(loadAccountsInSteps(path, file))
}

/** The same in many small steps. */
export function* loadAccountsInSteps(
  path: string,
  file: Buffer,
): Generator<undefined, Result<LoadedAccounts, string[]>> {
  const marked = file.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK)
  const bytes = marked ? file.subarray(BYTE_ORDER_MARK.length) : file
  const { lines, rest } = splitAtLastNewline(bytes)
  let newlines = 0
  for (let start = 0; start < lines.length; start += STEP_BYTES) {
    newlines += countNewlines(lines.subarray(start, start + STEP_BYTES))
    yield
  }
  const accounts = new FileAccounts(bytes, newlines + 1)
  const comments: string[] = []
  const faults: string[] = []
  let superseded = 0
  let unlisted = 0

  // Where a line is can be counted when somebody must be told; counting all lines would cost each good start.
  const refuse = (start: number, cause: () => string) => {
    if (faults.length < FAULTS_LISTED) {
      faults.push(`${path}, line ${countNewlines(bytes, start) + 1}: ${cause()}`)
    } else unlisted += 1
  }

  const put = (start: number) => {
    const outcome = accounts.put(start)
    if (outcome === 'replaced') superseded += 1
    if (outcome === 'conflict') refuse(start, () => accounts.describeConflict(start))
  }

  const take = (start: number, line: string | undefined) => {
    if (line === undefined) {
      refuse(start, () => 'it is not valid UTF-8')
      return
    }
    const parsed = parseAccountLine(line)
    if (!parsed.ok) refuse(start, () => parsed.error)
    else if (parsed.value.kind === 'comment') comments.push(line)
    else if (parsed.value.kind === 'account') put(start)
  }

  let taken = 0
  for (let start = 0; start < lines.length;) {
    if (++taken % STEP_LINES === 0) yield
    const end = endOfPlainLine(bytes, start)
    if (end !== 0) {
      put(start)
      start = end
      continue
    }
    const line = lineAt(bytes, start)
    take(start, decodeLine(line))
    start += line.length + 1
  }
  const end = judgeEnd(rest)
  // Old editors end lines so. Taken for torn, every account would be cut off.
  if (/\r./.test(rest.toString('latin1'))) {
    refuse(lines.length, () => 'it has a carriage return inside: lines end in a newline')
  }
  if (end.kind === 'unterminated') take(lines.length, decodeLine(rest))
  if (unlisted > 0) faults.push(`${path}: and ${unlisted} more`)
  return faults.length > 0 ? err(faults) : ok({ accounts, comments, superseded, end })
}

function judgeEnd(rest: Buffer): FileEnd {
  if (rest.length === 0) return { kind: 'newline' }
  const line = decodeLine(rest)
  return line !== undefined && isWholeWithoutNewline(line)
    ? { kind: 'unterminated' }
    : { kind: 'torn', bytes: rest }
}
