import type { UserStore } from '../../../application/ports/user-store.ts'
import type { UserId } from '../../../domain/ids.ts'
import { err, ok, type Result } from '../../../domain/result.ts'
import type { Account } from '../../../domain/user.ts'
import { isSafeStoredName } from '../../../domain/username.ts'
import { readingKey } from '../../names/reading-key.ts'
import type { Database, Failure, Statement } from '../database.ts'
import { isSameAccount } from '../../users-file/edited/same-account.ts'
import type { AccountMirror } from './account-mirror.ts'
import {
  type AccountRow,
  FIND_BY_NAME,
  FIND_RIVALS,
  REMOVE,
  RENAME,
  REPLACE_HASH,
  type Rival,
  SET_DISABLED,
} from './account-rows.ts'
import { makeInsertions } from './insertions.ts'

interface Parts {
  readonly database: Database
  readonly mirror: AccountMirror
  /** Undefined for a row that somebody has written by hand, and that no account can be. */
  readonly toAccount: (row: AccountRow) => Account | undefined
  readonly lookalikes: 'refuse' | 'allow'
  readonly whenEdited: UserStore['whenEdited']
  readonly whenSessionsEnd: UserStore['whenSessionsEnd']
  readonly takeOverEdits: UserStore['takeOverEdits']
  readonly close: () => Promise<void>
}

const changedMeanwhile = err('changed_meanwhile' as const)
const unavailable = err('storage_unavailable' as const)

/** The port over a database and a mirror of it: what is asked again and again is answered from memory. */
export function createPostgresUserStore(parts: Parts): UserStore {
  const { database, mirror, toAccount, lookalikes, whenEdited, whenSessionsEnd, takeOverEdits, close } = parts
  const insert = makeInsertions(database, lookalikes)

  return {
    findById: (id) => Promise.resolve(mirror.table.byId(id)),
    findByName: (username) => Promise.resolve(mirror.table.byName(username)),
    count: () => Promise.resolve(mirror.table.size),
    list: () => Promise.resolve(mirror.table.all()),
    listByName: (range) => Promise.resolve(mirror.table.byNames(range)),
    nameTaken: (username) => Promise.resolve(nameTaken(username)),
    whenEdited,
    whenSessionsEnd,
    takeOverEdits,
    close,

    async lookUp(username) {
      // Nobody has such a name, and the database takes no NUL and no half of a surrogate pair.
      if (!isSafeStoredName(username) || !username.isWellFormed()) return ok(undefined)
      const found = await read(FIND_BY_NAME, [username])
      if (!found.ok) return unavailable
      const known = mirror.table.byName(username)
      if (isSameAccount(known, found.value)) return ok(known)
      const ids = [known?.id, found.value?.id].filter((id) => id !== undefined)
      return (await mirror.refresh(ids)) === undefined ? unavailable : ok(found.value)
    },

    async lookUpId(id) {
      const known = mirror.table.byId(id)
      if (known !== undefined) return ok(known)
      return (await mirror.refresh([id])) === undefined ? unavailable : ok(mirror.table.byId(id))
    },

    async insertIfAbsent(account) {
      const inserted = await insert(account)
      if (inserted.ok) await mirror.refresh([account.id])
      return inserted
    },

    replaceHash: (id, expected, replacement) => change(id, REPLACE_HASH, [id, expected, replacement]),
    setDisabled: (id, disabled) => change(id, SET_DISABLED, [id, disabled]),
    remove: (id, expected) => change(id, REMOVE, [id, expected ?? null]),

    async rename(id, username) {
      const key = readingKey(username)
      const renamed = await write(id, RENAME, [id, username, key, lookalikes === 'refuse'])
      if (renamed.ok) return renamed.value === undefined ? whyNot(id, username, key) : ok(renamed.value)
      if (renamed.error.kind === 'unavailable') return unavailable
      // Somebody else was faster by a moment.
      const isAlike = renamed.error.constraint === 'accounts_reads_alone'
      return err(isAlike ? 'username_taken_lookalike' : 'username_taken')
    },
  }

  function nameTaken(username: string): Awaited<ReturnType<UserStore['nameTaken']>> {
    if (mirror.table.byName(username) !== undefined) return 'username_taken'
    const isAlike = lookalikes === 'refuse' && mirror.table.alike(username) !== undefined
    return isAlike ? 'username_taken_lookalike' : undefined
  }

  async function change(
    id: UserId,
    statement: Statement,
    values: readonly unknown[],
  ): Promise<Result<Account, 'changed_meanwhile' | 'storage_unavailable'>> {
    const changed = await write(id, statement, values)
    if (!changed.ok) return unavailable
    return changed.value === undefined ? changedMeanwhile : ok(changed.value)
  }

  /** Whether or not it has changed anything, the account is looked at again: it was not as it was expected, or is not any more. */
  async function write(
    id: UserId,
    statement: Statement,
    values: readonly unknown[],
  ): Promise<Result<Account | undefined, Failure>> {
    const written = await read(statement, values)
    if (written.ok) await mirror.refresh([id])
    return written
  }

  async function read(
    statement: Statement,
    values: readonly unknown[],
  ): Promise<Result<Account | undefined, Failure>> {
    const found = await database.run<AccountRow>(statement, values)
    if (!found.ok) return found
    const row = found.value[0]
    return ok(row === undefined ? undefined : toAccount(row))
  }

  /** The account was not renamed, and nothing says why. */
  async function whyNot(id: UserId, username: string, key: string) {
    const keys = lookalikes === 'refuse' ? [key] : []
    const found = await database.run<Rival>(FIND_RIVALS, [[id], [username], keys])
    if (!found.ok) return unavailable
    if (found.value.every((rival) => rival.id !== id)) return changedMeanwhile
    if (found.value.some((rival) => rival.username === username)) return err('username_taken' as const)
    const isAlike = found.value.some((rival) => rival.id !== id)
    return isAlike ? err('username_taken_lookalike' as const) : unavailable
  }
}
