import type { UserStore } from '../application/ports/user-store.ts'
import { err, ok } from '../domain/result.ts'
import { AccountTable } from './users-file/account-table.ts'

/** Accounts that last as long as the process, for `enable_persistence: false`. */
export function createMemoryUserStore(): UserStore {
  const table = new AccountTable()

  return {
    findById: (id) => Promise.resolve(table.byId(id)),
    findByName: (username) => Promise.resolve(table.byName(username)),
    list: () => Promise.resolve(table.all()),
    listByName: (range) => Promise.resolve(table.byNames(range)),
    close: () => Promise.resolve(),

    insertIfAbsent(account) {
      if (table.byName(account.username) !== undefined) return Promise.resolve(err('username_taken'))
      if (table.byId(account.id) !== undefined) {
        return Promise.reject(new Error(`A second account with the id ${account.id}`))
      }
      table.put(account)
      return Promise.resolve(ok(account))
    },

    replaceHash(id, expected, replacement) {
      const present = table.byId(id)
      if (present?.passwordHash !== expected) return Promise.resolve(err('changed_meanwhile'))
      const account = { ...present, passwordHash: replacement }
      table.put(account)
      return Promise.resolve(ok(account))
    },
  }
}
