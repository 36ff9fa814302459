import { type Refusal, RefusalReason } from '../../domain/refusal.ts'
import { err, type Result } from '../../domain/result.ts'
import type { Account } from '../../domain/user.ts'
import { checkUsername } from '../../domain/username.ts'
import type { Clock } from '../ports/system/clock.ts'
import type { Ids } from '../ports/system/ids.ts'
import type { PasswordHasher } from '../ports/password-hasher.ts'
import type { UserStore } from '../ports/user-store.ts'

interface Deps {
  readonly users: UserStore
  readonly hasher: PasswordHasher
  readonly ids: Ids
  readonly clock: Clock
}

/** `secret`: what the client will send as `password_hash`. */
export type AddAccount = (username: string, secret: string) => Promise<Result<Account, Refusal>>

/** Where administrators wait for a hash: not in the line of any address. */
export const ADMINISTRATOR = { address: 'administrator', known: true }

export function makeAddAccount({ users, hasher, ids, clock }: Deps): AddAccount {
  return async (username, secret) => {
    const name = checkUsername(username)
    if (!name.ok) return err({ reason: RefusalReason.invalidUsername, detail: name.error })
    if (await users.findByName(username)) return err({ reason: RefusalReason.usernameTaken })
    const hash = await hasher.hash(secret, ADMINISTRATOR)
    if (!hash.ok) return hash
    const createdAt = Math.floor(clock.wallMs() / 1000)
    const account = { id: ids.user(), username, passwordHash: hash.value, createdAt }
    const inserted = await users.insertIfAbsent(account)
    return inserted.ok ? inserted : err({ reason: inserted.error })
  }
}
