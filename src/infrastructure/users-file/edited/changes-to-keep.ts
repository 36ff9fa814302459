import type { UserId } from '../../../domain/ids.ts'
import type { Account } from '../../../domain/user.ts'
import type { AccountsInUse } from '../accounts-in-use.ts'
import type { FileAccounts } from '../table/file-accounts.ts'
import type { Change } from './change-log.ts'
import { isSameAccount } from './same-account.ts'

/** What an account has been, one after the other; undefined: it was not there. */
type States = (Account | undefined)[]

/** How many changes are looked at in a step. */
const STEP = 256

/**
 * What the daemon has done that was not in the copy of the file that somebody has edited, because it was taken before. In
 * steps. The file grows in the order of the changes: a copy that has one of them was taken after all that came before it,
 * and where it differs from those, that is meant. A later change is kept, unless the account is as it never was since.
 */
export function* changesToKeep(
  { read, changes }: Pick<AccountsInUse, 'read' | 'changes'>,
  edited: FileAccounts,
): Generator<undefined, ReadonlyMap<UserId, Account | undefined>> {
  const seen = yield* countSeen(read, changes, edited)
  const copied = new Map<UserId, Account | undefined>()
  const since = new Map<UserId, States>()
  for (const [index, { id, account }] of changes.entries()) {
    if ((index + 1) % STEP === 0) yield
    if (index < seen) copied.set(id, account)
    else {
      const states = since.get(id) ?? [copied.has(id) ? copied.get(id) : read.byId(id)]
      states.push(account)
      since.set(id, states)
    }
  }

  const kept = new Map<UserId, Account | undefined>()
  let looked = 0
  for (const [id, states] of since) {
    if (++looked % STEP === 0) yield
    const there = edited.byId(id)
    const last = states.at(-1)
    if (!isSameAccount(there, last) && states.some((state) => isSameAccount(there, state))) kept.set(id, last)
  }
  return kept
}

/** How many of the changes were certainly in the copy. */
function* countSeen(
  read: FileAccounts,
  changes: readonly Change[],
  edited: FileAccounts,
): Generator<undefined, number> {
  const former = new Map<UserId, States>()
  let seen = 0
  for (const [index, { id, account }] of changes.entries()) {
    if ((index + 1) % STEP === 0) yield
    const states = former.get(id) ?? [read.byId(id)]
    if (account !== undefined && isSignOf(account, edited.byId(id), states)) seen = index + 1
    states.push(account)
    former.set(id, states)
  }
  return seen
}

/** Nobody comes upon the same id or the same hash by chance, as they may upon the same name or the mark of a disabled account. */
function isSignOf(account: Account, there: Account | undefined, former: Readonly<States>): boolean {
  if (there === undefined) return false
  if (former.every((state) => state === undefined)) return true
  const hash = there.passwordHash
  return hash === account.passwordHash && former.every((state) => state?.passwordHash !== hash)
}
