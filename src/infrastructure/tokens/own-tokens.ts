import { JWKSNoMatchingKey } from 'jose/errors'
import { SignJWT } from 'jose/jwt/sign'
import type { AccessTokens, Bearer } from '../../application/ports/access-tokens.ts'
import type { Clock } from '../../application/ports/system/clock.ts'
import { parseUserId } from '../../domain/ids.ts'
import { ok, type Result } from '../../domain/result.ts'
import { checkToken, invalidToken, type TokenFault } from './check-token.ts'
import type { KeyRing } from './keys/key-ring.ts'
import { accountMark } from './marks.ts'

/** The `iss` of our tokens. No other issuer may have this name. */
export const OWN_ISSUER = 'roomrtc-server'

const ALGORITHM = 'EdDSA'

interface Options {
  readonly ring: KeyRing
  readonly ttlSecs: number
  readonly clock: Pick<Clock, 'wallMs'>
}

interface OwnTokens {
  readonly issue: AccessTokens['issue']
  verify(token: string): Promise<Result<Bearer, TokenFault>>
}

/** Tokens that this server issues: `iss`, `sub` (the user's id), `iat`, `exp`, `mark`. */
export function createOwnTokens({ ring, ttlSecs, clock }: Options): OwnTokens {
  return {
    async issue(account) {
      const { kid, privateKey } = ring.signing
      const now = Math.floor(clock.wallMs() / 1000)
      const token = await new SignJWT({ mark: accountMark(ring.markSecret, account) })
        .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT', kid })
        .setIssuer(OWN_ISSUER)
        .setSubject(account.id)
        .setIssuedAt(now)
        .setExpirationTime(now + ttlSecs)
        .sign(privateKey)
      return { token, expiresInSecs: ttlSecs }
    },

    async verify(token) {
      const checked = await checkToken(token, ({ kid }) => findKey(kid), {
        algorithms: [ALGORITHM],
        issuer: OWN_ISSUER,
        claims: ['sub', 'iat', 'mark'],
        nowMs: clock.wallMs(),
      })
      if (!checked.ok) return checked
      const { sub = '', mark } = checked.value
      const id = parseUserId(sub)
      if (id === undefined) return invalidToken('sub is no id')
      return ok({
        kind: 'account',
        id,
        stillHolds: (account) => accountMark(ring.markSecret, account) === mark,
      })
    },
  }

  async function findKey(kid: string | undefined) {
    const key = kid === undefined ? undefined : (ring.find(kid) ?? (await ring.findAnew(kid)))
    if (key === undefined) throw new JWKSNoMatchingKey()
    return key
  }
}
