import type { UserStore } from '../../application/ports/user-store.ts'
import type { UserId } from '../../domain/ids.ts'
import { err, ok, type Result } from '../../domain/result.ts'
import type { Account } from '../../domain/user.ts'
import { AccountTable } from '../users-file/table/account-table.ts'

/** Accounts that last as long as the process, for `enable_persistence: false`. */
export function createMemoryUserStore(lookalikes: 'refuse' | 'allow' = 'refuse'): UserStore {
  const table = new AccountTable()

  return {
    findById: (id) => Promise.resolve(table.byId(id)),
    findByName: (username) => Promise.resolve(table.byName(username)),
    lookUp: (username) => Promise.resolve(ok(table.byName(username))),
    lookUpId: (id) => Promise.resolve(ok(table.byId(id))),
    list: () => Promise.resolve(table.all()),
    listByName: (range) => Promise.resolve(table.byNames(range)),
    count: () => Promise.resolve(table.size),
    close: () => Promise.resolve(),
    takeOverEdits: () => Promise.resolve([]),
    whenEdited: () => undefined,
    whenSessionsEnd: () => undefined,

    nameTaken: (username) =>
      Promise.resolve(
        table.byName(username) !== undefined
          ? 'username_taken'
          : lookalikes === 'refuse' && table.alike(username) !== undefined
            ? 'username_taken_lookalike'
            : undefined,
      ),

    insertIfAbsent(account) {
      if (table.byName(account.username) !== undefined) return Promise.resolve(err('username_taken'))
      if (isLookalike(account)) return Promise.resolve(err('username_taken_lookalike'))
      if (table.byId(account.id) !== undefined) {
        return Promise.reject(new Error(`A second account with the id ${account.id}`))
      }
      table.put(account)
      return Promise.resolve(ok(account))
    },

    replaceHash: (id, expected, replacement) =>
      change(id, (account) =>
        account.passwordHash === expected ? put({ ...account, passwordHash: replacement }) : gone,
      ),

    setDisabled: (id, disabled) => change(id, (account) => put({ ...account, disabled })),

    rename: (id, username) =>
      change(id, (account) => {
        if (table.byName(username) !== undefined) return err('username_taken' as const)
        if (isLookalike({ ...account, username })) return err('username_taken_lookalike' as const)
        table.remove(account)
        return put({ ...account, username })
      }),

    remove: (id, expected = table.byId(id)?.passwordHash) =>
      change(id, (account) => {
        if (account.passwordHash !== expected) return gone
        table.remove(account)
        return ok(account)
      }),
  }

  function isLookalike({ id, username }: Account): boolean {
    return lookalikes === 'refuse' && table.alike(username, id) !== undefined
  }

  function put(account: Account) {
    table.put(account)
    return ok(account)
  }

  function change<E>(
    id: UserId,
    work: (account: Account) => Result<Account, E>,
  ): Promise<Result<Account, E | 'changed_meanwhile'>> {
    const account = table.byId(id)
    return Promise.resolve(account === undefined ? gone : work(account))
  }
}

const gone = err('changed_meanwhile' as const)
