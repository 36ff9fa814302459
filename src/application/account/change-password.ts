import type { Refusal } from '../../domain/refusal.ts'
import type { Result } from '../../domain/result.ts'
import type { Account } from '../../domain/user.ts'
import type { PasswordHasher } from '../ports/password-hasher.ts'
import type { UserStore } from '../ports/user-store.ts'
import type { PushUseCases } from '../push/push-use-cases.ts'
import { findOwn, objectionOf, type Owner } from './owner.ts'
import { replacePassword } from './replace-password.ts'

interface Deps {
  readonly users: UserStore
  readonly hasher: PasswordHasher
  readonly push: Pick<PushUseCases, 'forget'> | undefined
}

/** `secret`: what the client will send as `password_hash` from now on. */
export type ChangePassword = (owner: Owner, secret: string) => Promise<Result<Account, Refusal>>

/** A user changes the own password (ACCOUNT-1); the end of the other sessions is to follow. */
export function makeChangePassword(deps: Deps): ChangePassword {
  return async (owner, secret) => {
    const changed = await replacePassword(deps, {
      find: findOwn(deps, owner),
      secret,
      from: owner.from,
      objection: () => objectionOf(owner),
    })
    // Whoever knew the old one may have had a device woken.
    if (changed.ok) await deps.push?.forget(changed.value.id)
    return changed
  }
}
