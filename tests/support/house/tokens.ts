import type { AccessTokens } from '../../../src/application/ports/access-tokens.ts'
import type { Clock } from '../../../src/application/ports/system/clock.ts'
import type { Log } from '../../../src/application/ports/system/log.ts'
import { createAccessTokens } from '../../../src/infrastructure/tokens/access-tokens.ts'
import type { IssuerOptions } from '../../../src/infrastructure/tokens/issuers/issuer.ts'
import { ownKeys } from '../../../src/infrastructure/tokens/keys/key-store.ts'
import { KeyRing } from '../../../src/infrastructure/tokens/keys/key-ring.ts'
import { makeStoredKeys, type StoredKeys } from '../../../src/infrastructure/tokens/keys/stored-keys.ts'

const HOUSE_TTL_SECS = 3600

let made: StoredKeys | undefined

/** Real tokens with a key in memory, the same one for every house. */
export function createHouseTokens(
  { clock, log }: { readonly clock: Clock; readonly log: Log },
  issuers: readonly IssuerOptions[] = [],
): AccessTokens {
  made ??= makeStoredKeys()
  const signing = { ...made.signing, longest_ttl_secs: HOUSE_TTL_SECS }
  const options = { ttlSecs: HOUSE_TTL_SECS, issuers, clock, log }
  const store = ownKeys({ ...made, signing }, () => Promise.resolve())
  return createAccessTokens(new KeyRing({ ...options, store }), options)
}
