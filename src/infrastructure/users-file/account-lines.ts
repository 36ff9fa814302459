import type { AccountLines } from '../../application/ports/account-lines.ts'
import { ok } from '../../domain/result.ts'
import { formatAccountLine, parseAccountLine } from './table/account-line.ts'

/** The port over the lines of the account file. */
export const accountLines: AccountLines = {
  parse(line) {
    const parsed = parseAccountLine(line.replace(/\r?\n?$/, ''))
    if (!parsed.ok) return parsed
    return ok(parsed.value.kind === 'account' ? parsed.value.account : undefined)
  },
  format: (account) => formatAccountLine(account).trimEnd(),
}
