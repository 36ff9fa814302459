import { type Refusal, RefusalReason } from '../../domain/refusal.ts'
import { err, type Result } from '../../domain/result.ts'
import type { Account } from '../../domain/user.ts'

/** A login may renew the hash at the same time, or an administrator rename the account; hardly more often. */
const ATTEMPTS = 3

/** The account as it is stored, or why it may not be changed. */
export type FindAccount = () => Promise<Result<Account, Refusal>>

/** Changes an account if it still is as it was found; looks again if it is not. */
export async function commitChange(
  find: FindAccount,
  change: (
    account: Account,
  ) => Promise<Result<Account, Refusal | 'changed_meanwhile' | 'storage_unavailable'>>,
): Promise<Result<Account, Refusal>> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const account = await find()
    if (!account.ok) return account
    const changed = await change(account.value)
    if (changed.ok) return changed
    if (typeof changed.error !== 'string') return err(changed.error)
    if (changed.error === 'storage_unavailable') return err({ reason: changed.error })
  }
  return err({ reason: RefusalReason.storageUnavailable })
}
