import type { UserId } from '../../../domain/ids.ts'
import { err, ok, type Result } from '../../../domain/result.ts'
import type { Account } from '../../../domain/user.ts'
import type { AccountsInUse } from '../accounts-in-use.ts'

/** What the file lacks of what was kept: lines, or, if a name has changed or an account must go, a whole new file. */
export type Debt =
  | { readonly kind: 'none' | 'rewrite' }
  | { readonly kind: 'lines'; readonly accounts: readonly Account[] }

/** How many are kept in a step. */
const STEP = 256
/** So many lines are no less work than a new file, and that is written in parts. */
const MANY_LINES = 2_000

/** Puts the daemon's changes into what was read from an edited file, or says why both cannot be. In steps. */
export function* keepChanges(
  edited: AccountsInUse,
  kept: ReadonlyMap<UserId, Account | undefined>,
): Generator<undefined, Result<Debt, string[]>> {
  const { table } = edited
  const accounts: Account[] = []
  let rewrites = kept.size > MANY_LINES
  let looked = 0
  // First, as one may have the name that another has given up.
  for (const [id, account] of kept) {
    if (++looked % STEP === 0) yield
    const there = table.byId(id)
    if (there === undefined || there.username === account?.username) continue
    edited.rewrite(there, undefined)
    rewrites = true
  }
  const faults: string[] = []
  for (const account of kept.values()) {
    if (++looked % STEP === 0) yield
    if (account === undefined) continue
    const other = table.byName(account.username)
    if (other !== undefined && other.id !== account.id) faults.push(nameTaken(account, other))
    else {
      edited.put(account)
      accounts.push(account)
    }
  }
  if (faults.length > 0) return err(faults)
  if (rewrites) return ok({ kind: 'rewrite' })
  return ok(accounts.length === 0 ? { kind: 'none' } : { kind: 'lines', accounts })
}

function nameTaken({ username, id }: Account, other: Account): string {
  return `the username ${JSON.stringify(username)} has the id ${other.id}, but was given to the id ${id} in the meantime: rename one of them`
}
