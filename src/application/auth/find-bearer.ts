import { type Refusal, RefusalReason } from '../../domain/refusal.ts'
import { err, ok, type Result } from '../../domain/result.ts'
import type { Account } from '../../domain/user.ts'
import { checkUsername } from '../../domain/username.ts'
import type { Bearer } from '../ports/access-tokens.ts'
import type { Clock } from '../ports/system/clock.ts'
import type { Ids } from '../ports/system/ids.ts'
import type { Log } from '../ports/system/log.ts'
import type { UserStore } from '../ports/user-store.ts'

interface Deps {
  readonly users: UserStore
  readonly ids: Ids
  readonly clock: Clock
  readonly log: Log
}

export type FindBearer = (bearer: Bearer) => Promise<Result<Account, Refusal>>

const invalid = (account?: Account) => err({ reason: RefusalReason.invalidToken, account: account?.id })

/** The account of whoever a good token speaks of; made now, if there is none and its issuer may make some. */
export function makeFindBearer({ users, ids, clock, log }: Deps): FindBearer {
  return async (bearer) => {
    switch (bearer.kind) {
      case 'account': {
        const found = await users.lookUpId(bearer.id)
        if (!found.ok) return err({ reason: found.error })
        const account = found.value
        return account !== undefined && bearer.stillHolds(account) ? ok(account) : invalid(account)
      }
      case 'name':
        return (await findNamed(bearer)) ?? create(bearer)
      default:
        return bearer satisfies never
    }
  }

  /** An equal name is not enough: the account may have a password, or be another issuer's (TOKEN-12). */
  async function findNamed({
    username,
    field,
  }: Bearer & { kind: 'name' }): Promise<Result<Account, Refusal> | undefined> {
    const found = await users.lookUp(username)
    if (!found.ok) return err({ reason: found.error })
    const account = found.value
    if (account === undefined) return undefined
    return account.passwordHash === field ? ok(account) : invalid(account)
  }

  async function create(bearer: Bearer & { kind: 'name' }): Promise<Result<Account, Refusal>> {
    const { username, field: passwordHash, issuer } = bearer
    const name = checkUsername(username)
    if (!bearer.createsAccounts || !name.ok) return invalid()
    const createdAt = Math.floor(clock.wallMs() / 1000)
    const inserted = await users.insertIfAbsent({ id: ids.user(), username, passwordHash, createdAt })
    if (inserted.ok) {
      const { id: user } = inserted.value
      log.info({ security: 'account', user, username, issuer, action: 'made by a token' }, 'account')
      return inserted
    }
    // Somebody else was faster: perhaps the same bearer on another connection.
    if (inserted.error === 'username_taken') return (await findNamed(bearer)) ?? invalid()
    return err({ reason: inserted.error })
  }
}
