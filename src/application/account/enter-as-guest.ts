import { type Refusal, RefusalReason } from '../../domain/refusal.ts'
import { err, ok, type Result } from '../../domain/result.ts'
import { tokenField } from '../../domain/token-account.ts'
import type { User } from '../../domain/user.ts'
import { checkUsername } from '../../domain/username.ts'
import type { AccessTokens, IssuedToken } from '../ports/access-tokens.ts'
import type { Guests } from '../ports/guests.ts'
import type { Clock } from '../ports/system/clock.ts'
import type { Ids } from '../ports/system/ids.ts'

interface Deps {
  readonly guests: Guests | undefined
  readonly accessTokens: Pick<AccessTokens, 'issue'>
  readonly ids: Ids
  readonly clock: Clock
}

/** `no_guests`: the configuration wants none. */
export type EnterAsGuest = (
  username: string,
) => Promise<Result<{ readonly user: User; readonly issued: IssuedToken }, Refusal | 'no_guests'>>

/** No password is that of a guest. */
const GUEST_FIELD = tokenField('guest'.padEnd(15, '.'), '.'.repeat(30))

/** Takes a name for as long as the session that is opened with the token lives (GUEST-1). */
export function makeEnterAsGuest({ guests, accessTokens, ids, clock }: Deps): EnterAsGuest {
  return async (username) => {
    if (guests === undefined) return err('no_guests')
    const name = checkUsername(username)
    if (!name.ok) return err({ reason: RefusalReason.invalidUsername, detail: name.error })
    const createdAt = Math.floor(clock.wallMs() / 1000)
    const entered = await guests.enter({ id: ids.user(), username, passwordHash: GUEST_FIELD, createdAt })
    if (entered.ok) return ok({ user: entered.value, issued: await accessTokens.issue(entered.value) })
    return err({
      reason: entered.error === 'too_many_guests' ? RefusalReason.overloaded : entered.error,
    })
  }
}
