import { type Refusal, RefusalReason } from '../../domain/refusal.ts'
import { ok } from '../../domain/result.ts'
import type { User } from '../../domain/user.ts'
import { checkPassword } from '../auth/check-password.ts'
import type { Asker, PasswordHasher } from '../ports/password-hasher.ts'
import type { UserStore } from '../ports/user-store.ts'
import type { FindAccount } from './commit-change.ts'

interface Deps {
  readonly users: UserStore
  readonly hasher: PasswordHasher
}

/** A user who wants something done to the own account. */
export interface Owner {
  readonly user: User
  /** The present one. */
  readonly password: string
  readonly from: Asker
  /** Whether the session that asks is still there: what takes long is not done for one that has ended. */
  readonly stillAsks: () => boolean
}

/** Finds the owner's account, if the password is that of the account as it is now. */
export function findOwn({ users, hasher }: Deps, { user, password, from }: Owner): FindAccount {
  return async () => {
    const checked = await checkPassword(hasher, await users.findById(user.id), { password, from })
    return checked.ok ? ok(checked.value.account) : checked
  }
}

export function objectionOf({ stillAsks }: Owner): Refusal | undefined {
  return stillAsks() ? undefined : { reason: RefusalReason.loginRequired }
}
