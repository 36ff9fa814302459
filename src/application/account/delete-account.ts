import type { Refusal } from '../../domain/refusal.ts'
import { err, type Result } from '../../domain/result.ts'
import type { Account } from '../../domain/user.ts'
import type { DoNotDisturb } from '../ports/do-not-disturb.ts'
import type { PasswordHasher } from '../ports/password-hasher.ts'
import type { UserStore } from '../ports/user-store.ts'
import type { PushUseCases } from '../push/push-use-cases.ts'
import { commitChange } from './commit-change.ts'
import { findOwn, objectionOf, type Owner } from './owner.ts'

interface Deps {
  readonly users: UserStore
  readonly hasher: PasswordHasher
  readonly doNotDisturb: DoNotDisturb
  readonly push: Pick<PushUseCases, 'forget'> | undefined
}

export type DeleteAccount = (owner: Owner) => Promise<Result<Account, Refusal>>

/** A user removes the own account for good (ACCOUNT-4); durable when answered. `leaveForGood` is to follow. */
export function makeDeleteAccount({ users, hasher, doNotDisturb, push }: Deps): DeleteAccount {
  return (owner) =>
    commitChange(findOwn({ users, hasher }, owner), async ({ id, passwordHash }) => {
      const refusal = objectionOf(owner)
      if (refusal !== undefined) return err(refusal)
      const removed = await users.remove(id, passwordHash)
      if (removed.ok && doNotDisturb.isOn(id)) void doNotDisturb.set(id, false)
      if (removed.ok) await push?.forget(id)
      return removed
    })
}
