import { type Refusal, RefusalReason } from '../../domain/refusal.ts'
import { err, ok, type Result } from '../../domain/result.ts'
import type { Account } from '../../domain/user.ts'
import type { Asker, PasswordHasher } from '../ports/password-hasher.ts'

/** `stale`: the hash should be replaced by a newer kind. */
interface Checked {
  readonly account: Account
  readonly stale: boolean
}

/** Whether this is the account's password. No account and a wrong password are one answer, in the same time (AUTH-5). */
export async function checkPassword(
  hasher: PasswordHasher,
  account: Account | undefined,
  { password, from }: { readonly password: string; readonly from: Asker },
): Promise<Result<Checked, Refusal>> {
  const verified = await hasher.verify(password, account?.passwordHash, from)
  if (!verified.ok) return verified
  const { matches, stale } = verified.value
  if (account === undefined || !matches)
    return err({ reason: RefusalReason.invalidCredentials, account: account?.id })
  // Only to who knows the password.
  if (account.disabled === true) return err({ reason: RefusalReason.accountDisabled, account: account.id })
  return ok({ account, stale })
}
