import { type Refusal, RefusalReason } from '../../domain/refusal.ts'
import { err, ok, type Result } from '../../domain/result.ts'
import type { Account } from '../../domain/user.ts'
import { replacePassword } from '../account/replace-password.ts'
import type { PasswordHasher } from '../ports/password-hasher.ts'
import type { UserStore } from '../ports/user-store.ts'
import { ADMINISTRATOR } from './add-account.ts'

interface Deps {
  readonly users: UserStore
  readonly hasher: PasswordHasher
}

/** `secret`: what the client will send as `password_hash`. */
export type SetPassword = (username: string, secret: string) => Promise<Result<Account, Refusal>>

/** Whatever the password was. */
export function makeSetPassword(deps: Deps): SetPassword {
  return (username, secret) => {
    const find = async () => {
      const found = await deps.users.lookUp(username)
      if (!found.ok) return err({ reason: found.error })
      return found.value === undefined ? err({ reason: RefusalReason.userNotFound }) : ok(found.value)
    }
    return replacePassword(deps, { find, secret, from: ADMINISTRATOR })
  }
}
