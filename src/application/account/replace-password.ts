import type { Refusal } from '../../domain/refusal.ts'
import { err, ok, type Result } from '../../domain/result.ts'
import type { Account } from '../../domain/user.ts'
import type { Asker, PasswordHasher } from '../ports/password-hasher.ts'
import type { UserStore } from '../ports/user-store.ts'
import { commitChange, type FindAccount } from './commit-change.ts'

interface Deps {
  readonly users: UserStore
  readonly hasher: PasswordHasher
}

interface Replacement {
  readonly find: FindAccount
  /** What the client will send as `password_hash`. */
  readonly secret: string
  readonly from: Asker
  /** Asked last: why it is not to be done any more, if so. */
  readonly objection?: () => Refusal | undefined
}

/** Gives an account another password; durable when answered. */
export async function replacePassword(
  { users, hasher }: Deps,
  { find, secret, from, objection }: Replacement,
): Promise<Result<Account, Refusal>> {
  let made: string | undefined
  return commitChange(find, async ({ id, passwordHash }) => {
    const hash = made === undefined ? await hasher.hash(secret, from) : ok(made)
    if (!hash.ok) return hash
    made = hash.value
    const refusal = objection?.()
    return refusal === undefined ? users.replaceHash(id, passwordHash, made) : err(refusal)
  })
}
