import { createHash } from 'node:crypto'
import { decodeJwt } from 'jose/jwt/decode'
import type { AccessTokens, Bearer } from '../../application/ports/access-tokens.ts'
import type { Clock } from '../../application/ports/system/clock.ts'
import { ok } from '../../domain/result.ts'

interface Proven {
  readonly bearer: Bearer
  /** Monotonic milliseconds. */
  readonly at: number
  /** Unix milliseconds. */
  readonly endsAt: number
}

const REMEMBERED_MS = 30_000
const MAX_REMEMBERED = 10_000

/**
 * Signatures that were proven a moment ago are not proven again (TOKEN-16): who asks by HTTP bears the same token with each
 * request, and to prove it takes a trip to another thread. Whether its account may log in is asked each time.
 */
export function rememberProven(tokens: AccessTokens, clock: Clock): AccessTokens {
  // The oldest first.
  const known = new Map<string, Proven>()

  return {
    ...tokens,

    async verify(token) {
      const key = createHash('sha256').update(token).digest('base64url')
      const found = known.get(key)
      if (found !== undefined && isFresh(found)) return ok(found.bearer)
      known.delete(key)
      const verified = await tokens.verify(token)
      if (verified.ok) remember(key, token, verified.value)
      return verified
    },

    async rotate(forget) {
      const rotated = await tokens.rotate(forget)
      known.clear()
      return rotated
    },
  }

  function isFresh({ at, endsAt }: Proven): boolean {
    return clock.monotonicMs() - at < REMEMBERED_MS && clock.wallMs() < endsAt
  }

  function remember(key: string, token: string, bearer: Bearer): void {
    const { exp = 0 } = decodeJwt(token)
    known.set(key, { bearer, at: clock.monotonicMs(), endsAt: exp * 1000 })
    for (const oldest of known.keys()) {
      if (known.size <= MAX_REMEMBERED) break
      known.delete(oldest)
    }
  }
}
