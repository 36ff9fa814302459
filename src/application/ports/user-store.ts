import type { UserId } from '../../domain/ids.ts'
import type { NameRange } from '../../domain/name-order.ts'
import type { Result } from '../../domain/result.ts'
import type { Account } from '../../domain/user.ts'

/**
 * The registered accounts. Each method is atomic; names are compared exactly. What does not change anything is answered from
 * memory, but for `lookUp` and `lookUpId`.
 */
export interface UserStore {
  findById(id: UserId): Promise<Account | undefined>

  findByName(username: string): Promise<Account | undefined>

  /**
   * The same of the storage itself, for whoever is to prove to be the user: where several processes share the storage, what is
   * found otherwise may be a moment old.
   */
  lookUp(username: string): Promise<Result<Account | undefined, 'storage_unavailable'>>

  /** The same of an id. What is known is answered from memory; for an account that somebody else has made a moment ago the storage is asked. */
  lookUpId(id: UserId): Promise<Result<Account | undefined, 'storage_unavailable'>>

  /** Why nobody can register with that name now. */
  nameTaken(username: string): Promise<'username_taken' | 'username_taken_lookalike' | undefined>

  /**
   * Adds an account. Answers only once it is durable: after `ok` it survives a crash, after an error it does not
   * exist, unless the storage was lost at that very moment. Of several insertions of one name at the same instant exactly one wins. `username_taken_lookalike`: the name
   * of another account reads like this one, and the store is to refuse that.
   */
  insertIfAbsent(
    account: Account,
  ): Promise<Result<Account, 'username_taken' | 'username_taken_lookalike' | 'storage_unavailable'>>

  /** Replaces a password hash if it still is `expected`; durable when answered. */
  replaceHash(
    id: UserId,
    expected: string,
    replacement: string,
  ): Promise<Result<Account, 'changed_meanwhile' | 'storage_unavailable'>>

  /** `changed_meanwhile`: the account is gone. Durable when answered, like what follows. */
  setDisabled(
    id: UserId,
    disabled: boolean,
  ): Promise<Result<Account, 'changed_meanwhile' | 'storage_unavailable'>>

  /** Gives the account another name. What it costs grows with the number of all accounts, as with `remove`. */
  rename(
    id: UserId,
    username: string,
  ): Promise<
    Result<
      Account,
      'username_taken' | 'username_taken_lookalike' | 'changed_meanwhile' | 'storage_unavailable'
    >
  >

  /** Afterwards the account does not exist, and its name is free. With `expected`, only if that still is its password hash. */
  remove(id: UserId, expected?: string): Promise<Result<Account, 'changed_meanwhile' | 'storage_unavailable'>>

  count(): Promise<number>

  /** Every account, in the order of registration. */
  list(): Promise<Iterable<Account>>

  /**
   * The accounts of a range, in the order of their names, from its beginning on at a cost that hardly grows with their
   * number; but soon after a start it may wait for the names to be sorted. It shows the accounts of the moment when it is
   * walked, which is to be done, as far as needed, without awaiting anything.
   */
  listByName(range: NameRange): Promise<Iterable<Account>>

  /**
   * Takes over what somebody else has edited in the storage, which happens by itself too. Gives the faults that stand in
   * the way, in sentences for people: until they are mended the accounts stay as they are, and every change is refused with
   * `storage_unavailable`.
   */
  takeOverEdits(): Promise<readonly string[]>

  /**
   * `told` hears whenever accounts have become other ones by what somebody else has edited. `mayBeGone`: not only by new ones.
   */
  whenEdited(told: (mayBeGone: boolean) => void): void

  /** `told` hears of each user whose sessions somebody wants ended who has none of them, as by a new password. */
  whenSessionsEnd(told: (user: UserId) => void): void

  /** Waits until everything accepted is durable and lets go of what it holds. */
  close(): Promise<void>
}
