import type { UserStore } from '../../application/ports/user-store.ts'
import { err, ok } from '../../domain/result.ts'
import type { AccountLedger } from './account-ledger.ts'
import type { AccountTable } from './account-table.ts'
import { Turns } from './turns.ts'

interface FileUserStoreParts {
  readonly table: AccountTable
  readonly ledger: AccountLedger
  /** Resolves when the names of the table are in order. */
  readonly sorted: Promise<void>
  /** Ends what else the store holds. */
  readonly letGo: () => Promise<void>
}

/** The port over a table and its ledger. */
export function createFileUserStore({ table, ledger, sorted, letGo }: FileUserStoreParts): UserStore {
  // By username: whoever wants a name that is just being written learns its fate before deciding.
  const turns = new Turns()
  let closing: Promise<void> | undefined

  const close = async () => {
    try {
      await ledger.close()
    } finally {
      await letGo()
    }
  }

  return {
    findById: (id) => Promise.resolve(table.byId(id)),
    findByName: (username) => Promise.resolve(table.byName(username)),
    list: () => Promise.resolve(table.all()),

    async listByName(range) {
      await sorted
      return table.byNames(range)
    },

    insertIfAbsent(account) {
      return turns.take(account.username, async () => {
        if (table.byName(account.username) !== undefined) return err('username_taken')
        if (table.byId(account.id) !== undefined)
          throw new Error(`A second account with the id ${account.id}`)
        return (await ledger.commit(account)) ? ok(account) : err('storage_unavailable')
      })
    },

    async replaceHash(id, expected, replacement) {
      const owner = table.byId(id)
      if (owner === undefined) return err('changed_meanwhile')
      return turns.take(owner.username, async () => {
        const present = table.byId(id)
        if (present?.passwordHash !== expected) return err('changed_meanwhile')
        const account = { ...present, passwordHash: replacement }
        return (await ledger.commit(account)) ? ok(account) : err('storage_unavailable')
      })
    },

    close() {
      closing ??= close()
      return closing
    },
  }
}
