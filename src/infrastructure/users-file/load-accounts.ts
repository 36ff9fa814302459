import { err, ok, type Result } from '../../domain/result.ts'
import type { Account } from '../../domain/user.ts'
import { isWholeWithoutNewline, parseAccountLine } from './account-line.ts'
import { AccountTable } from './account-table.ts'
import { decodeLine, eachLine, splitAtLastNewline } from './lines.ts'

interface LoadedAccounts {
  readonly table: AccountTable
  /** The `#` lines, in their order. */
  readonly comments: string[]
  /** Account lines that a later line of the same account has replaced. */
  readonly superseded: number
  readonly end: FileEnd
}

/** How the file ends: as it should, in a line that lacks only its newline, or in what a crash left of a line. */
export type FileEnd =
  { readonly kind: 'newline' | 'unterminated' } | { readonly kind: 'torn'; readonly bytes: Buffer }

const BYTE_ORDER_MARK = Buffer.from('\uFEFF')
const FAULTS_LISTED = 20

/** Reads the whole account file, or tells every line that stands in the way of doing so. */
export function loadAccounts(path: string, file: Buffer): Result<LoadedAccounts, string[]> {
  const marked = file.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK)
  const { lines, rest } = splitAtLastNewline(marked ? file.subarray(BYTE_ORDER_MARK.length) : file)
  const table = new AccountTable()
  const comments: string[] = []
  const faults: string[] = []
  let superseded = 0
  let unlisted = 0
  let lastNumber = 0

  const refuse = (number: number, cause: () => string) => {
    if (faults.length < FAULTS_LISTED) faults.push(`${path}, line ${number}: ${cause()}`)
    else unlisted += 1
  }

  const take = (line: string | undefined, number: number) => {
    lastNumber = number
    if (line === undefined) {
      refuse(number, () => 'it is not valid UTF-8')
      return
    }
    const parsed = parseAccountLine(line)
    if (!parsed.ok) {
      refuse(number, () => parsed.error)
      return
    }
    if (parsed.value.kind === 'comment') comments.push(line)
    if (parsed.value.kind !== 'account') return

    const { account } = parsed.value
    const outcome = table.put(account)
    if (outcome === 'replaced') superseded += 1
    if (outcome === 'conflict') refuse(number, () => describeConflict(lines, account))
  }

  eachLine(lines, take)
  const end = judgeEnd(rest)
  // Old editors end lines so. Taken for torn, every account would be cut off.
  if (/\r./.test(rest.toString('latin1'))) {
    refuse(lastNumber + 1, () => 'it has a carriage return inside: lines end in a newline')
  }
  if (end.kind === 'unterminated') take(decodeLine(rest), lastNumber + 1)
  if (unlisted > 0) faults.push(`${path}: and ${unlisted} more`)
  if (faults.length > 0) return err(faults)
  table.sort()
  return ok({ table, comments, superseded, end })
}

function judgeEnd(rest: Buffer): FileEnd {
  if (rest.length === 0) return { kind: 'newline' }
  const line = decodeLine(rest)
  return line !== undefined && isWholeWithoutNewline(line)
    ? { kind: 'unterminated' }
    : { kind: 'torn', bytes: rest }
}

// Reads the file again to find the other line: remembering a line number for every account would cost each good start.
function describeConflict(lines: Buffer, account: Account): string {
  const others: string[] = []
  eachLine(lines, (line, number) => {
    const parsed = parseAccountLine(line ?? '')
    if (others.length > 0 || !parsed.ok || parsed.value.kind !== 'account') return
    const { id, username } = parsed.value.account
    if (id === account.id && username !== account.username) {
      others.push(`it has the id of line ${number} but another username`)
    } else if (id !== account.id && username === account.username) {
      others.push(`it has the username of line ${number} but another id`)
    }
  })
  return others.join()
}
