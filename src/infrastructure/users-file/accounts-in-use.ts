import type { Account } from '../../domain/user.ts'
import { type Change, ChangeLog } from './edited/change-log.ts'
import { AccountTable } from './table/account-table.ts'
import type { FileAccounts } from './table/file-accounts.ts'

/** What was in the file when it was read. */
interface ReadFile {
  readonly accounts: FileAccounts
  /** The `#` lines, in their order. */
  readonly comments: readonly string[]
  /** Account lines that a later line of the same account has replaced. */
  readonly superseded: number
}

/** The accounts, the file from which they were read, and what the daemon has done to them since. */
export class AccountsInUse {
  readonly table: AccountTable
  readonly read: FileAccounts
  readonly comments: readonly string[]
  superseded: number
  readonly #log: ChangeLog

  constructor({ accounts, comments, superseded }: ReadFile) {
    this.table = new AccountTable(accounts)
    this.read = accounts
    this.#log = new ChangeLog(accounts)
    this.comments = comments
    this.superseded = superseded
  }

  get changes(): readonly Change[] {
    return this.#log.changes
  }

  put(account: Account): void {
    const isReplaced = this.table.put(account) === 'replaced'
    this.#log.add({ id: account.id, account }, isReplaced)
    if (isReplaced) this.superseded += 1
  }

  /** Puts another name on an account, or takes it out. */
  rewrite(account: Account, next: Account | undefined): void {
    this.#log.add({ id: account.id, account: next }, true)
    this.table.remove(account)
    if (next !== undefined) this.table.put(next)
  }
}
