import type { AccessTokens } from '../../application/ports/access-tokens.ts'
import type { Clock } from '../../application/ports/system/clock.ts'
import type { Log } from '../../application/ports/system/log.ts'
import { StartupError } from '../../application/ports/system/startup-error.ts'
import type { Config } from '../../config/schema.ts'
import type { AccountDatabase } from '../../infrastructure/postgres/open-postgres.ts'
import { openAccessTokens } from '../../infrastructure/tokens/access-tokens.ts'
import { fetchKeys } from '../../infrastructure/tokens/issuers/fetch-keys.ts'
import { RemoteKeys } from '../../infrastructure/tokens/issuers/remote-keys.ts'
import { writeKeyFile } from '../../infrastructure/tokens/keys/key-file.ts'
import { ownKeys } from '../../infrastructure/tokens/keys/key-store.ts'
import { makeStoredKeys, type StoredKeys } from '../../infrastructure/tokens/keys/stored-keys.ts'
import type { LoadedTokens } from './load-tokens.ts'

/**
 * Tokens with the keys that were loaded; makes our own if there are none. `openShared`: where several daemons have the same keys,
 * unless the configuration names a file. Throws a StartupError where they cannot be kept.
 */
export async function openTokens(
  { path, keys, issuers }: LoadedTokens,
  { tokens }: Config,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
  openShared: AccountDatabase['openTokenKeys'] | undefined,
): Promise<AccessTokens> {
  const isShared = openShared !== undefined && tokens.key_path === ''
  const first = keys ?? makeStoredKeys()
  try {
    return await openAccessTokens({
      store: isShared ? await openShared(first) : ownKeys(first, write),
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
    })
  } catch (error) {
    if (error instanceof StartupError) throw error
    const cause = error instanceof Error ? error.message : String(error)
    throw new StartupError([
      `${(isShared ? undefined : path) ?? 'the key for tokens'}: the key for tokens cannot be written (${cause})`,
    ])
  }

  function write(made: StoredKeys): Promise<void> {
    return path === undefined ? Promise.resolve() : writeKeyFile(path, made)
  }
}
