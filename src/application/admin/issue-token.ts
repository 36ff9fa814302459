import { type Refusal, RefusalReason } from '../../domain/refusal.ts'
import { err, ok, type Result } from '../../domain/result.ts'
import type { User } from '../../domain/user.ts'
import type { AccessTokens, IssuedToken } from '../ports/access-tokens.ts'
import type { UserStore } from '../ports/user-store.ts'

interface Deps {
  readonly users: UserStore
  readonly accessTokens: Pick<AccessTokens, 'issue'>
}

/** A token for an account, without its password. */
export type IssueToken = (
  username: string,
) => Promise<Result<{ readonly user: User; readonly issued: IssuedToken }, Refusal>>

export function makeIssueToken({ users, accessTokens }: Deps): IssueToken {
  return async (username) => {
    const account = await users.findByName(username)
    if (account === undefined) return err({ reason: RefusalReason.userNotFound })
    const { id, disabled = false } = account
    if (disabled) return err({ reason: RefusalReason.accountDisabled, account: id })
    return ok({ user: account, issued: await accessTokens.issue(account) })
  }
}
