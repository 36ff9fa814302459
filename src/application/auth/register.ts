import { RefusalReason } from '../../domain/refusal.ts'
import { err, ok } from '../../domain/result.ts'
import { checkUsername } from '../../domain/username.ts'
import type { Outcome } from '../effect.ts'
import type { Clock } from '../ports/system/clock.ts'
import type { Ids } from '../ports/system/ids.ts'
import type { Asker, PasswordHasher } from '../ports/password-hasher.ts'
import type { UserStore } from '../ports/user-store.ts'

interface Deps {
  readonly users: UserStore
  readonly hasher: PasswordHasher
  readonly ids: Ids
  readonly clock: Clock
}

export type Register = (input: {
  readonly username: string
  readonly password: string
  readonly from: Asker
}) => Promise<Outcome>

/** Makes an account and does not log in (AUTH-1). Answered only once the account is durable. */
export function makeRegister({ users, hasher, ids, clock }: Deps): Register {
  return async ({ username, password, from }) => {
    const name = checkUsername(username)
    if (!name.ok) return err({ reason: RefusalReason.invalidUsername, detail: name.error })
    // Asked first only to spare a hash; the insertion decides.
    if (await users.findByName(username)) return err({ reason: RefusalReason.usernameTaken })

    const hash = await hasher.hash(password, from)
    if (!hash.ok) return hash
    const createdAt = Math.floor(clock.wallMs() / 1000)
    const inserted = await users.insertIfAbsent({
      id: ids.user(),
      username,
      passwordHash: hash.value,
      createdAt,
    })
    if (!inserted.ok) return err({ reason: inserted.error })
    return ok([{ kind: 'answer-registered', user: inserted.value }])
  }
}
