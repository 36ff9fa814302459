import type { Refusal } from '../../domain/refusal.ts'
import { err, type Result } from '../../domain/result.ts'
import type { Account } from '../../domain/user.ts'
import type { PasswordHasher } from '../ports/password-hasher.ts'
import type { UserStore } from '../ports/user-store.ts'
import { commitChange } from './commit-change.ts'
import { findOwn, objectionOf, type Owner } from './owner.ts'

interface Deps {
  readonly users: UserStore
  readonly hasher: PasswordHasher
}

export type DeleteAccount = (owner: Owner) => Promise<Result<Account, Refusal>>

/** A user removes the own account for good (ACCOUNT-4); durable when answered. `leaveForGood` is to follow. */
export function makeDeleteAccount({ users, hasher }: Deps): DeleteAccount {
  return (owner) =>
    commitChange(findOwn({ users, hasher }, owner), async ({ id, passwordHash }) => {
      const refusal = objectionOf(owner)
      return refusal === undefined ? users.remove(id, passwordHash) : err(refusal)
    })
}
