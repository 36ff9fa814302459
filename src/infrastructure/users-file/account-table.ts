import type { UserId } from '../../domain/ids.ts'
import type { NameRange } from '../../domain/name-order.ts'
import type { Account } from '../../domain/user.ts'
import { sortNamesInSteps } from '../sort-names.ts'
import { SortedNames } from '../sorted-names.ts'
import { FileAccounts } from './file-accounts.ts'

/** The accounts in memory, found by id and by name, kept in the order of registration. */
export class AccountTable {
  /** As they were when the file was read. */
  readonly #read: FileAccounts
  /** What has come or changed since, which is what counts. */
  readonly #byId = new Map<UserId, Account>()
  readonly #byName = new Map<string, Account>()
  /** How many of those are in no line that was read. */
  #added = 0
  #names: SortedNames | undefined

  constructor(read = new FileAccounts()) {
    this.#read = read
  }

  get size(): number {
    return this.#read.size + this.#added
  }

  byId(id: UserId): Account | undefined {
    return this.#byId.get(id) ?? this.#read.byId(id)
  }

  byName(username: string): Account | undefined {
    return this.#byName.get(username) ?? this.#read.byName(username)
  }

  /** Adds an account, or puts it in the place of the one with the same id and name. No other may have either. */
  put(account: Account): 'added' | 'replaced' {
    const { id, username } = account
    const known = this.byId(id) !== undefined
    this.#byId.set(id, account)
    this.#byName.set(username, account)
    if (known) return 'replaced'
    this.#added += 1
    this.#names?.add(username)
    return 'added'
  }

  /** A live view that can be walked more than once; copying a million accounts for each asker would be a waste. */
  all(): Iterable<Account> {
    return { [Symbol.iterator]: () => this.#all() }
  }

  /** By name. A live view, to be walked before anything is put. */
  *byNames(range: NameRange): Iterable<Account> {
    this.#names ??= new SortedNames(this.#usernames())
    for (const name of this.#names.in(range)) {
      const account = this.byName(name)
      if (account !== undefined) yield account
    }
  }

  /** Sorts the names in many small steps, between which accounts may be put. Else whoever asks first waits for it. */
  *sort(): Iterator<undefined, void> {
    const names = SortedNames.ofSorted(yield* sortNamesInSteps(this.#read.names()))
    for (const username of this.#byName.keys()) names.add(username)
    this.#names ??= names
  }

  *#all(): Generator<Account> {
    for (const account of this.#read.all()) yield this.#byId.get(account.id) ?? account
    for (const account of this.#byId.values()) {
      if (this.#read.byId(account.id) === undefined) yield account
    }
  }

  *#usernames(): Iterable<string> {
    for (const { username } of this.#all()) yield username
  }
}
