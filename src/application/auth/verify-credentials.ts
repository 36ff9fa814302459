import type { Refusal } from '../../domain/refusal.ts'
import { err, ok, type Result } from '../../domain/result.ts'
import type { Account, User } from '../../domain/user.ts'
import type { Log } from '../ports/system/log.ts'
import type { Asker, PasswordHasher } from '../ports/password-hasher.ts'
import type { UserStore } from '../ports/user-store.ts'
import { checkPassword } from './check-password.ts'

interface Deps {
  readonly users: UserStore
  readonly hasher: PasswordHasher
  readonly log: Log
}

/** Who knows the password that goes with this hash. */
export interface Proof {
  readonly user: User
  readonly passwordHash: string
}

export type VerifyCredentials = (input: {
  readonly username: string
  readonly password: string
  readonly from: Asker
}) => Promise<Result<Proof, Refusal>>

export function makeVerifyCredentials({ users, hasher, log }: Deps): VerifyCredentials {
  return async ({ username, password, from }) => {
    const found = await users.lookUp(username)
    if (!found.ok) return err({ reason: found.error })
    const checked = await checkPassword(hasher, found.value, { password, from })
    if (!checked.ok) return checked
    const { account, stale } = checked.value
    const passwordHash = stale ? await renewHash(account, password, from) : account.passwordHash
    return ok({ user: { id: account.id, username: account.username }, passwordHash })
  }

  /** Gives the hash that counts from now on, as far as is known here. */
  // The password was right, so nothing that goes wrong here may keep the user out: the next login tries again.
  async function renewHash(account: Account, password: string, from: Asker): Promise<string> {
    const hash = await hasher.hash(password, from)
    const replaced = hash.ok
      ? await users.replaceHash(account.id, account.passwordHash, hash.value)
      : err(hash.error.reason)
    if (replaced.ok) return replaced.value.passwordHash
    // Of several logins at once one renews it.
    if (replaced.error !== 'changed_meanwhile')
      log.warn({ user: account.id, cause: replaced.error }, 'password hash not renewed')
    return account.passwordHash
  }
}
