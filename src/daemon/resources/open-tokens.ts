import type { AccessTokens } from '../../application/ports/access-tokens.ts'
import type { Clock } from '../../application/ports/system/clock.ts'
import type { Log } from '../../application/ports/system/log.ts'
import { StartupError } from '../../application/ports/system/startup-error.ts'
import type { Config } from '../../config/schema.ts'
import { openAccessTokens } from '../../infrastructure/tokens/access-tokens.ts'
import { rememberProven } from '../../infrastructure/tokens/remembered.ts'
import { fetchKeys } from '../../infrastructure/tokens/issuers/fetch-keys.ts'
import { RemoteKeys } from '../../infrastructure/tokens/issuers/remote-keys.ts'
import { writeKeyFile } from '../../infrastructure/tokens/keys/key-file.ts'
import { makeStoredKeys } from '../../infrastructure/tokens/keys/stored-keys.ts'
import type { LoadedTokens } from './load-tokens.ts'

/** Tokens with the keys that were loaded; makes our own if there are none. Throws a StartupError where they cannot be kept. */
export async function openTokens(
  { path, keys, issuers }: LoadedTokens,
  { tokens }: Config,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Promise<AccessTokens> {
  try {
    const accessTokens = await openAccessTokens({
      keys: keys ?? makeStoredKeys(),
      ttlSecs: tokens.ttl_secs,
      issuers: issuers.map(({ key, ...issuer }) => ({
        ...issuer,
        key:
          'url' in key
            ? new RemoteKeys({ issuer: issuer.issuer, url: key.url, fetch: fetchKeys, clock, log })
            : key,
      })),
      clock,
      log,
      save: (made) => (path === undefined ? Promise.resolve() : writeKeyFile(path, made)),
    })
    return rememberProven(accessTokens, clock)
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error)
    throw new StartupError([
      `${path ?? 'the key for tokens'}: the key for tokens cannot be written (${cause})`,
    ])
  }
}
