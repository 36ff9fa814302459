import { type Refusal, RefusalReason } from '../../domain/refusal.ts'
import { err, ok, type Result } from '../../domain/result.ts'
import type { Account, User } from '../../domain/user.ts'
import type { Log } from '../ports/log.ts'
import type { PasswordHasher } from '../ports/password-hasher.ts'
import type { UserStore } from '../ports/user-store.ts'

interface Deps {
  readonly users: UserStore
  readonly hasher: PasswordHasher
  readonly log: Log
}

export type VerifyCredentials = (input: {
  readonly username: string
  readonly password: string
  /** The address that asks, as limits by address count it. */
  readonly from: string
}) => Promise<Result<User, Refusal>>

/** Unknown user and wrong password are one answer, in the same time (AUTH-5). */
export function makeVerifyCredentials({ users, hasher, log }: Deps): VerifyCredentials {
  return async ({ username, password, from }) => {
    const account = await users.findByName(username)
    const verified = await hasher.verify(password, account?.passwordHash, from)
    if (!verified.ok) return verified
    if (account === undefined || !verified.value.matches)
      return err({ reason: RefusalReason.invalidCredentials })
    if (verified.value.stale) await renewHash(account, password, from)
    return ok({ id: account.id, username: account.username })
  }

  // The password was right, so nothing that goes wrong here may keep the user out: the next login tries again.
  async function renewHash(account: Account, password: string, from: string): Promise<void> {
    const hash = await hasher.hash(password, from)
    const replaced = hash.ok
      ? await users.replaceHash(account.id, account.passwordHash, hash.value)
      : err(hash.error.reason)
    // Of several logins at once one renews it.
    if (replaced.ok || replaced.error === 'changed_meanwhile') return
    log.warn({ user: account.id, cause: replaced.error }, 'password hash not renewed')
  }
}
