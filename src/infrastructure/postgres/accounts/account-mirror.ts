import type { UserId } from '../../../domain/ids.ts'
import { ok, type Result } from '../../../domain/result.ts'
import type { Account } from '../../../domain/user.ts'
import { isSameAccount } from '../../users-file/edited/same-account.ts'
import { AccountTable } from '../../users-file/table/account-table.ts'

interface Row {
  readonly account: Account
  readonly doNotDisturb: boolean
}

/** The accounts of these ids as they are in the database now; undefined where it cannot be asked. */
type ReadAccounts = (ids: readonly UserId[]) => Promise<readonly Row[] | undefined>

/** All that is shown. */
export interface Mirrored {
  readonly table: AccountTable
  /** Who does not want to be rung. */
  readonly undisturbed: Set<UserId>
}

/** What has changed in the mirror. `gone`: an account may not be there any more, or not be what it was. */
export interface MirrorNews {
  readonly changed: boolean
  readonly gone: boolean
}

interface Round {
  readonly ids: Set<UserId>
  readonly done: Promise<MirrorNews | undefined>
}

/** So many are asked for at a time. */
const AT_ONCE = 1000

/**
 * The accounts of the database in memory. It changes by nothing but what was read, one reading after another, so that
 * what is older never takes the place of what is newer.
 */
export class AccountMirror {
  readonly #read: ReadAccounts
  #shown: Mirrored = { table: new AccountTable(), undisturbed: new Set() }
  /** The next reading, which has not begun. */
  #next: Round | undefined
  #turn: Promise<unknown> = Promise.resolve()
  /** What was read while all is being read anew. */
  #meanwhile: Set<UserId> | undefined
  #isStale = false
  /** Two that load all at once could show the older state in the end. */
  #replacing: Promise<unknown> = Promise.resolve()

  constructor(read: ReadAccounts) {
    this.#read = read
  }

  get table(): AccountTable {
    return this.#shown.table
  }

  /** Whether the user does not want to be rung. */
  isUndisturbed(id: UserId): boolean {
    return this.#shown.undisturbed.has(id)
  }

  /** Something could not be read that may have changed. */
  get isStale(): boolean {
    return this.#isStale
  }

  /** Shows these accounts as they are now, or later. Undefined where they could not be read. */
  refresh(ids: Iterable<UserId>): Promise<MirrorNews | undefined> {
    this.#next ??= this.#begin()
    for (const id of ids) this.#next.ids.add(id)
    return this.#next.done
  }

  /** Shows what `load` gives in the place of all that is there. Rejects where that does. */
  replace<E>(load: () => Promise<Result<Mirrored, E>>): Promise<Result<undefined, E>> {
    const replaced = this.#replacing.then(() => this.#replace(load))
    this.#replacing = replaced.catch(() => undefined)
    return replaced
  }

  async #replace<E>(load: () => Promise<Result<Mirrored, E>>): Promise<Result<undefined, E>> {
    const meanwhile = new Set<UserId>()
    this.#meanwhile = meanwhile
    try {
      const loaded = await load()
      if (!loaded.ok) return loaded
      await this.#inTurn(async () => {
        // What was read since is newer than what was loaded.
        const rows = await this.#readAll([...meanwhile])
        this.#isStale = rows === undefined
        this.#shown = loaded.value
        if (rows !== undefined) this.#apply([...meanwhile], rows)
      })
      return ok(undefined)
    } finally {
      this.#meanwhile = undefined
    }
  }

  #begin(): Round {
    const ids = new Set<UserId>()
    const done = this.#inTurn(async () => {
      this.#next = undefined
      const wanted = [...ids]
      const rows = await this.#readAll(wanted)
      if (rows !== undefined) return this.#apply(wanted, rows)
      this.#isStale = true
      return undefined
    })
    return { ids, done }
  }

  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(task)
    this.#turn = done.catch(() => undefined)
    return done
  }

  async #readAll(ids: readonly UserId[]): Promise<readonly Row[] | undefined> {
    const rows: Row[] = []
    for (let at = 0; at < ids.length; at += AT_ONCE) {
      const read = await this.#read(ids.slice(at, at + AT_ONCE))
      if (read === undefined) return undefined
      rows.push(...read)
    }
    return rows
  }

  #apply(ids: readonly UserId[], rows: readonly Row[]): MirrorNews {
    const { table, undisturbed } = this.#shown
    for (const id of ids) undisturbed.delete(id)
    for (const { account, doNotDisturb } of rows) if (doNotDisturb) undisturbed.add(account.id)
    const now = new Map(rows.map(({ account }) => [account.id, account]))
    const changed = ids.filter((id) => !isSameAccount(table.byId(id), now.get(id)))
    let gone = false
    // First those that free a name.
    for (const id of changed) {
      const before = table.byId(id)
      if (before === undefined) continue
      const after = now.get(id)
      gone ||= after?.username !== before.username || after.disabled === true
      if (after?.username !== before.username) table.remove(before)
    }
    const outdated: UserId[] = []
    for (const id of changed) {
      const after = now.get(id)
      if (after === undefined) continue
      const holder = table.byName(after.username)
      if (holder !== undefined && holder.id !== id) {
        table.remove(holder)
        outdated.push(holder.id)
      }
      table.put(after)
    }
    for (const id of ids) this.#meanwhile?.add(id)
    // Their names are others' by now: what has become of them is on its way.
    if (outdated.length > 0) void this.refresh(outdated)
    return { changed: changed.length > 0, gone }
  }
}
