import type { UserId } from '../../domain/ids.ts'
import type { NameRange } from '../../domain/name-order.ts'
import type { Result } from '../../domain/result.ts'
import type { Account } from '../../domain/user.ts'

/** The registered accounts. Each method is atomic; names are compared exactly. */
export interface UserStore {
  findById(id: UserId): Promise<Account | undefined>

  findByName(username: string): Promise<Account | undefined>

  /**
   * Adds an account. Answers only once it is durable: after `ok` it survives a crash, after an error it does not
   * exist. Of several insertions of one name at the same instant exactly one wins.
   */
  insertIfAbsent(account: Account): Promise<Result<Account, 'username_taken' | 'storage_unavailable'>>

  /** Replaces a password hash if it still is `expected`; durable when answered. */
  replaceHash(
    id: UserId,
    expected: string,
    replacement: string,
  ): Promise<Result<Account, 'changed_meanwhile' | 'storage_unavailable'>>

  /** Every account, in the order of registration. */
  list(): Promise<Iterable<Account>>

  /**
   * The accounts of a range, in the order of their names, from its beginning on at a cost that hardly grows with their
   * number; but soon after a start it may wait for the names to be sorted. It shows the accounts of the moment when it is
   * walked, which is to be done, as far as needed, without awaiting anything.
   */
  listByName(range: NameRange): Promise<Iterable<Account>>

  /** Waits until everything accepted is durable and lets go of what it holds. */
  close(): Promise<void>
}
