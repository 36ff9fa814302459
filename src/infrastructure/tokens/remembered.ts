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
 * `forget`: the keys are others.
 */
export function rememberProven(
  tokens: AccessTokens,
  clock: Clock,
): { readonly tokens: AccessTokens; readonly forget: () => void } {
  // The oldest first.
  let known = new Map<string, Proven>()
  const remembering: AccessTokens = {
    ...tokens,

    async verify(token) {
      const key = createHash('sha256').update(token).digest('base64url')
      const found = known.get(key)
      if (found !== undefined && isFresh(found)) return ok(found.bearer)
      known.delete(key)
      // What is proven by keys that are others meanwhile is not remembered.
      const before = known
      const verified = await tokens.verify(token)
      if (verified.ok) remember(before, key, token, verified.value)
      return verified
    },
  }
  return {
    tokens: remembering,
    forget: () => {
      known = new Map()
    },
  }

  function isFresh({ at, endsAt }: Proven): boolean {
    return clock.monotonicMs() - at < REMEMBERED_MS && clock.wallMs() < endsAt
  }

  function remember(proven: Map<string, Proven>, key: string, token: string, bearer: Bearer): void {
    const { exp = 0 } = decodeJwt(token)
    proven.set(key, { bearer, at: clock.monotonicMs(), endsAt: exp * 1000 })
    for (const oldest of proven.keys()) {
      if (proven.size <= MAX_REMEMBERED) break
      proven.delete(oldest)
    }
  }
}
