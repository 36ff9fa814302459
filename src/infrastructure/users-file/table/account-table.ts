import type { UserId } from '../../../domain/ids.ts'
import type { NameRange } from '../../../domain/name-order.ts'
import type { Account } from '../../../domain/user.ts'
import { atOnce } from '../../names/in-slices.ts'
import { sortNamesInSteps } from '../../names/sort-names.ts'
import { readingKey } from '../../names/reading-key.ts'
import { SortedNames } from '../../names/sorted-names.ts'
import { FileAccounts } from './file-accounts.ts'
import { ReadingIndex } from './reading-index.ts'

/** How many names are looked at in a step. */
const STEP = 1024

/** The accounts in memory, found by id and by name, kept in the order of registration. */
export class AccountTable {
  /** As they were when the file was read. */
  readonly #read: FileAccounts
  /** What has come or changed since, which is what counts. */
  readonly #byId = new Map<UserId, Account>()
  readonly #byName = new Map<string, Account>()
  /** Read accounts that have another name by now, or are gone: of what was read nothing counts for them. */
  readonly #hidden = new Set<UserId>()
  /** How many of those that came or changed are in no line that counts. */
  #added = 0
  #names: SortedNames | undefined
  /** How the names that were read read; undefined until they have been looked at. */
  #readings: ReadingIndex | undefined
  /** The same of what has come or changed. */
  readonly #byReading = new Map<string, Set<UserId>>()

  constructor(read = new FileAccounts()) {
    this.#read = read
  }

  get size(): number {
    return this.#read.size - this.#hidden.size + this.#added
  }

  byId(id: UserId): Account | undefined {
    return this.#byId.get(id) ?? this.#readById(id)
  }

  byName(username: string): Account | undefined {
    const changed = this.#byName.get(username)
    if (changed !== undefined) return changed
    const read = this.#read.byName(username)
    return read === undefined || this.#hidden.has(read.id) ? undefined : read
  }

  /** Adds an account, or puts it in the place of the one with the same id and name. No other may have either. */
  put(account: Account): 'added' | 'replaced' {
    const { id, username } = account
    const known = this.byId(id) !== undefined
    const key = readingKey(username)
    this.#byReading.set(key, (this.#byReading.get(key) ?? new Set()).add(id))
    this.#byId.set(id, account)
    this.#byName.set(username, account)
    if (known) return 'replaced'
    this.#added += 1
    this.#names?.add(username)
    return 'added'
  }

  /** Takes an account out; its name is free. */
  remove({ id, username }: Account): void {
    if (this.#readById(id) !== undefined) this.#hidden.add(id)
    else this.#added -= 1
    this.#byId.delete(id)
    this.#byReading.get(readingKey(username))?.delete(id)
    this.#byName.delete(username)
    this.#names?.delete(username)
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

  /** An account other than that of `except` whose name reads like this one. */
  alike(username: string, except?: UserId): Account | undefined {
    const key = readingKey(username)
    for (const id of this.#byReading.get(key) ?? []) if (id !== except) return this.#byId.get(id)
    this.#readings ??= atOnce(this.readings())
    for (const row of this.#readings.rows(key)) {
      const account = this.#read.at(row)
      if (account.id === except || this.#hidden.has(account.id)) continue
      if (readingKey(account.username) === key) return account
    }
    return undefined
  }

  /** Looks at how all names read, in many small steps. Else whoever first asks what reads alike waits for it. */
  *readings(): Generator<undefined, ReadingIndex> {
    const index = new ReadingIndex(this.#read.size)
    let row = 0
    for (const name of this.#read.names()) {
      index.add(readingKey(name), ++row)
      if (row % STEP === 0) yield
    }
    this.#readings ??= index
    return index
  }

  /** Sorts the names in many small steps, between which accounts may be put. Else whoever asks first waits for it. */
  *sort(): Iterator<undefined, void> {
    const names = SortedNames.ofSorted(yield* sortNamesInSteps(this.#read.names()))
    for (const id of this.#hidden) {
      const gone = this.#read.byId(id)
      if (gone !== undefined) names.delete(gone.username)
    }
    for (const username of this.#byName.keys()) names.add(username)
    this.#names ??= names
  }

  #readById(id: UserId): Account | undefined {
    return this.#hidden.has(id) ? undefined : this.#read.byId(id)
  }

  *#all(): Generator<Account> {
    for (const account of this.#read.all()) {
      if (!this.#hidden.has(account.id)) yield this.#byId.get(account.id) ?? account
    }
    for (const account of this.#byId.values()) {
      if (this.#readById(account.id) === undefined) yield account
    }
  }

  *#usernames(): Iterable<string> {
    for (const { username } of this.#all()) yield username
  }
}
