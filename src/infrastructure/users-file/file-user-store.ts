import type { UserStore } from '../../application/ports/user-store.ts'
import type { UserId } from '../../domain/ids.ts'
import { err, ok, type Result } from '../../domain/result.ts'
import type { Account, User } from '../../domain/user.ts'
import { readingKey } from '../names/reading-key.ts'
import type { AccountLedger } from './account-ledger.ts'
import { Turns } from './turns.ts'

interface FileUserStoreParts {
  readonly ledger: AccountLedger
  /** Resolves when the names that were read at the start are in order. */
  readonly sorted: Promise<void>
  /** Resolves when it is known how those read; undefined where names may read alike. */
  readonly compared: Promise<unknown> | undefined
  readonly whenEdited: UserStore['whenEdited']
  /** Ends what else the store holds. */
  readonly letGo: () => Promise<void>
}

const changedMeanwhile = err('changed_meanwhile' as const)

/** The port over a ledger. */
export function createFileUserStore({
  ledger,
  sorted,
  compared,
  whenEdited,
  letGo,
}: FileUserStoreParts): UserStore {
  // By how usernames read: whoever wants a name that is just being written learns its fate before deciding.
  const turns = new Turns()
  let closing: Promise<void> | undefined

  /** In the turn of the account's name. `decide` sees the account as it is when it is written. */
  const change = async <T, E>(
    id: UserId,
    work: (
      decide: <D, F>(what: (account: Account) => Result<D, F>) => Result<D, F | 'changed_meanwhile'>,
    ) => Promise<Result<T, E>>,
  ) => {
    const owner = ledger.table.byId(id)
    if (owner === undefined) return changedMeanwhile
    return turns.take(readingKey(owner.username), () =>
      work((what) => {
        const present = ledger.table.byId(id)
        return present?.username === owner.username ? what(present) : changedMeanwhile
      }),
    )
  }

  /** Why a name cannot be given to this user. */
  const whyTaken = (
    username: string,
    by?: UserId,
  ): 'username_taken' | 'username_taken_lookalike' | undefined => {
    if (ledger.table.byName(username) !== undefined) return 'username_taken'
    const isAlike = compared !== undefined && ledger.table.alike(username, by) !== undefined
    return isAlike ? 'username_taken_lookalike' : undefined
  }
  const nameTaken = ({ id, username }: User) => {
    const why = whyTaken(username, id)
    return why === undefined ? undefined : err(why)
  }

  const both = <T>(second: string | undefined, work: () => Promise<T>) =>
    second === undefined ? work() : turns.take(second, work)

  const close = async () => {
    try {
      await ledger.close()
    } finally {
      await letGo()
    }
  }

  return {
    findById: (id) => Promise.resolve(ledger.table.byId(id)),
    findByName: (username) => Promise.resolve(ledger.table.byName(username)),
    lookUp: (username) => Promise.resolve(ok(ledger.table.byName(username))),
    lookUpId: (id) => Promise.resolve(ok(ledger.table.byId(id))),
    count: () => Promise.resolve(ledger.table.size),
    list: () => Promise.resolve(ledger.table.all()),
    whenEdited,
    // Nobody but this daemon has the file, and somebody who edits it only edits it.
    whenSessionsEnd: () => undefined,
    takeOverEdits: () => ledger.takeOver(),

    async listByName(range) {
      await sorted
      return ledger.table.byNames(range)
    },

    async nameTaken(username) {
      await compared
      return whyTaken(username)
    },

    insertIfAbsent(account) {
      return turns.take(readingKey(account.username), async () => {
        await compared
        const refusal = nameTaken(account)
        if (refusal !== undefined) return refusal
        if (ledger.table.byId(account.id) !== undefined)
          throw new Error(`A second account with the id ${account.id}`)
        return ledger.commit(() => {
          // Only an administrator can have taken it in the meantime: the next try is told.
          if (ledger.table.byId(account.id) !== undefined) return err('storage_unavailable')
          return nameTaken(account) ?? ok(account)
        })
      })
    },

    replaceHash(id, expected, replacement) {
      return change(id, (decide) =>
        ledger.commit(() =>
          decide((account) =>
            account.passwordHash === expected
              ? ok({ ...account, passwordHash: replacement })
              : changedMeanwhile,
          ),
        ),
      )
    },

    setDisabled: (id, disabled) =>
      change(id, (decide) => ledger.commit(() => decide((account) => ok({ ...account, disabled })))),

    async rename(id, username) {
      const owner = ledger.table.byId(id)
      if (owner === undefined) return changedMeanwhile
      // Always in the same order: two that want each other's names do not wait for each other.
      const [first = '', second] = [...new Set([owner.username, username].map(readingKey))].toSorted()
      return turns.take(first, () =>
        both(second, async () => {
          await compared
          return ledger.rewrite(() => {
            const account = ledger.table.byId(id)
            if (account?.username !== owner.username) return changedMeanwhile
            return nameTaken({ id, username }) ?? ok({ account, next: { ...account, username } })
          })
        }),
      )
    },

    remove: (id, expected) =>
      change(id, (decide) =>
        ledger.rewrite(() =>
          decide((account) =>
            expected === undefined || account.passwordHash === expected
              ? ok({ account, next: undefined })
              : changedMeanwhile,
          ),
        ),
      ),

    close() {
      closing ??= close()
      return closing
    },
  }
}
