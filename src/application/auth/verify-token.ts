import { type Refusal, RefusalReason } from '../../domain/refusal.ts'
import { err, ok, type Result } from '../../domain/result.ts'
import type { AccessTokens } from '../ports/access-tokens.ts'
import { type FindBearer, makeFindBearer } from './find-bearer.ts'
import type { Proof } from './verify-credentials.ts'

type Deps = Parameters<typeof makeFindBearer>[0] & { readonly accessTokens: Pick<AccessTokens, 'verify'> }

/** Who may log in by this token; an account may be made for it (TOKEN-11). */
export type VerifyToken = (token: string) => Promise<Result<Proof, Refusal>>

export function makeVerifyToken(deps: Deps): VerifyToken {
  const findBearer: FindBearer = makeFindBearer(deps)
  return async (token) => {
    const verified = await deps.accessTokens.verify(token)
    if (!verified.ok) return err({ reason: verified.error })
    const account = await findBearer(verified.value)
    if (!account.ok) return account
    const { id, username, passwordHash, disabled = false } = account.value
    if (disabled) return err({ reason: RefusalReason.accountDisabled, account: id })
    return ok({ user: { id, username }, passwordHash })
  }
}
