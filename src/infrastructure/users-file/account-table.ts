import type { UserId } from '../../domain/ids.ts'
import type { NameRange } from '../../domain/name-order.ts'
import type { Account } from '../../domain/user.ts'
import { SortedNames } from '../sorted-names.ts'

/** The accounts in memory, found by id and by name, kept in the order of registration. */
export class AccountTable {
  readonly #byId = new Map<UserId, Account>()
  readonly #byName = new Map<string, Account>()
  /** Sorted at one go, and from then on kept: a start that puts a million accounts does not pay for each. */
  #names: SortedNames | undefined

  get size(): number {
    return this.#byId.size
  }

  byId(id: UserId): Account | undefined {
    return this.#byId.get(id)
  }

  byName(username: string): Account | undefined {
    return this.#byName.get(username)
  }

  /**
   * Adds an account, or puts it in the place of the one with the same id and name. After `conflict` (its id has another
   * name, or its name another id) the table is of no use any more; asking first would cost each good start the time of
   * two more look-ups an account.
   */
  put(account: Account): 'added' | 'replaced' | 'conflict' {
    const { id, username } = account
    const ids = this.#byId.size
    const names = this.#byName.size
    this.#byId.set(id, account)
    const isNewId = this.#byId.size > ids
    if (!isNewId && this.#byName.get(username)?.id !== id) return 'conflict'
    this.#byName.set(username, account)
    const isNewName = this.#byName.size > names
    if (isNewId !== isNewName) return 'conflict'
    if (isNewName) this.#names?.add(username)
    return isNewId ? 'added' : 'replaced'
  }

  /** A live view that can be walked more than once; copying a million accounts for each asker would be a waste. */
  all(): Iterable<Account> {
    return { [Symbol.iterator]: () => this.#byId.values() }
  }

  /** Sorts the names now, and not only for the first who asks for their order. */
  sort(): SortedNames {
    this.#names ??= new SortedNames(this.#byName.keys())
    return this.#names
  }

  /** By name. A live view, to be walked before anything is put. */
  *byNames(range: NameRange): Iterable<Account> {
    for (const name of this.sort().in(range)) {
      const account = this.#byName.get(name)
      if (account !== undefined) yield account
    }
  }
}
