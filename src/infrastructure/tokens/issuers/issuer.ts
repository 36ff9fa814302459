import type { Bearer } from '../../../application/ports/access-tokens.ts'
import type { Clock } from '../../../application/ports/system/clock.ts'
import { ok, type Result } from '../../../domain/result.ts'
import { checkToken, invalidToken, type TokenFault } from '../check-token.ts'
import type { IssuerKey } from './issuer-key.ts'
import { bearerField } from '../marks.ts'

export interface IssuerOptions {
  readonly issuer: string
  readonly audience: string
  readonly usernameClaim: string
  readonly createsAccounts: boolean
  readonly key: IssuerKey
}

/** Somebody else whose tokens count here. */
export interface Issuer {
  readonly name: string
  verify(token: string): Promise<Result<Bearer, TokenFault>>
}

export function createIssuer(options: IssuerOptions, clock: Pick<Clock, 'wallMs'>): Issuer {
  const { issuer, audience, usernameClaim, createsAccounts, key } = options
  return {
    name: issuer,
    async verify(token) {
      const { algorithms, get } = key
      const claims = ['sub', usernameClaim]
      const nowMs = clock.wallMs()
      const checked = await checkToken(token, get, { algorithms, issuer, audience, claims, nowMs })
      if (!checked.ok) return checked
      const { [usernameClaim]: username, sub: subject } = checked.value
      if (typeof username !== 'string') return invalidToken('the claim with the username is no string')
      // A name may be given to somebody else by the issuer, `sub` never is (OpenID Connect Core 5.7).
      if (typeof subject !== 'string' || subject === '') return invalidToken('sub is no string')
      const field = bearerField(issuer, subject)
      return ok({ kind: 'name', issuer, username, field, createsAccounts })
    },
  }
}
