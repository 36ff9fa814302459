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
      const account = await deps.users.findByName(username)
      return account === undefined ? err({ reason: RefusalReason.userNotFound }) : ok(account)
    }
    return replacePassword(deps, { find, secret, from: ADMINISTRATOR })
  }
}
