import type { UserId } from '../../../domain/ids.ts'
import type { Account } from '../../../domain/user.ts'
import type { FileAccounts } from '../table/file-accounts.ts'

/** What has become of an account; undefined: it was removed. */
export interface Change {
  readonly id: UserId
  readonly account: Account | undefined
}

/** So many changes of accounts that were there before may come, and as many again as there were, before some are forgotten. */
const SURPLUS = 1_024
/** So many accounts are remembered that came and went again. */
const GONE = 10_000

/** What was done since the file was read, in the order in which it became durable. Of an account the first and the last count. */
export class ChangeLog {
  readonly #read: FileAccounts
  #changes: Change[] = []
  #surplus = 0
  #limit = SURPLUS

  constructor(read: FileAccounts) {
    this.#read = read
  }

  get changes(): readonly Change[] {
    return this.#changes
  }

  /** `isFurther`: the account was there before. */
  add(change: Change, isFurther: boolean): void {
    this.#changes.push(change)
    if (!isFurther) return
    this.#surplus += 1
    if (this.#surplus > this.#limit) this.#shorten()
  }

  #shorten(): void {
    const last = new Map<UserId, Change>()
    for (const change of this.#changes) {
      last.delete(change.id)
      last.set(change.id, change)
    }
    const gone = [...last.values()].filter(
      ({ id, account }) => account === undefined && this.#read.byId(id) === undefined,
    )
    const forgotten = new Set(gone.slice(0, -GONE).map(({ id }) => id))
    const seen = new Set<UserId>()
    this.#changes = this.#changes.filter((change) => {
      const { id } = change
      const isFirst = !seen.has(id)
      seen.add(id)
      return !forgotten.has(id) && (isFirst || last.get(id) === change)
    })
    this.#surplus = 0
    this.#limit = SURPLUS + this.#changes.length
  }
}
