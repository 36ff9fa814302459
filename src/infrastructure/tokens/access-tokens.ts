import type { AccessTokens, Bearer } from '../../application/ports/access-tokens.ts'
import type { Clock } from '../../application/ports/system/clock.ts'
import type { Log } from '../../application/ports/system/log.ts'
import { err, type Result } from '../../domain/result.ts'
import { invalidToken, type TokenFault } from './check-token.ts'
import { createIssuer, type IssuerOptions } from './issuers/issuer.ts'
import { KeyRing } from './keys/key-ring.ts'
import { createOwnTokens, OWN_ISSUER } from './own-tokens.ts'
import type { KeyStore } from './keys/key-store.ts'
import { rememberProven } from './remembered.ts'
import { readTokenHead } from './token-head.ts'

interface Options {
  readonly store: KeyStore
  readonly ttlSecs: number
  readonly issuers: readonly IssuerOptions[]
  readonly clock: Clock
  readonly log: Pick<Log, 'debug' | 'error'>
}

/** Our own tokens and those of the issuers that count here. Rejects where the keys cannot be kept. */
export async function openAccessTokens(options: Options): Promise<AccessTokens> {
  const ring = new KeyRing(options)
  await ring.begin()
  const remembered = rememberProven(createAccessTokens(ring, options), options.clock)
  ring.whenChanged(remembered.forget)
  return remembered.tokens
}

export function createAccessTokens(ring: KeyRing, options: Omit<Options, 'store'>): AccessTokens {
  const { ttlSecs, clock, log } = options
  const own = createOwnTokens({ ring, ttlSecs, clock })
  const issuers = new Map(options.issuers.map((issuer) => [issuer.issuer, createIssuer(issuer, clock)]))

  return {
    issue: own.issue,

    async verify(token) {
      const verified = await verify(token)
      if (verified.ok) return verified
      const { reason, cause } = verified.error
      log.debug({ reason, cause }, 'token refused')
      return err(reason)
    },

    publicKeys: () => ({ keys: ring.publicKeys() }),

    async rotate(forget) {
      try {
        return await ring.rotate(forget)
      } catch (error) {
        log.error({ err: error }, 'the key for tokens could not be written: the old one stays in use')
        return err('storage_unavailable')
      }
    },
  }

  async function verify(token: string): Promise<Result<Bearer, TokenFault>> {
    const head = readTokenHead(token)
    if (typeof head === 'string') return invalidToken(head)
    if (head.issuer === OWN_ISSUER) return own.verify(token)
    const issuer = issuers.get(head.issuer)
    return issuer === undefined ? invalidToken('nobody knows its issuer') : issuer.verify(token)
  }
}
