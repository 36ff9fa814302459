import { join } from 'node:path'
import type { Log } from '../../application/ports/system/log.ts'
import type { UserStore } from '../../application/ports/user-store.ts'
import type { Config } from '../../config/schema.ts'
import type { PostgresSettings } from '../../infrastructure/postgres/settings.ts'
import { PRIVATE_DIRECTORY } from '../../infrastructure/system/file-system.ts'
import { makeDirectory } from '../../infrastructure/system/make-directory.ts'
import { systemPause } from '../../infrastructure/system/system-pause.ts'
import { systemRandom } from '../../infrastructure/system/system-random.ts'
import { takeLock } from '../../infrastructure/users-file/lock/lock.ts'

/**
 * The accounts of a database. The files in the data directory are one daemon's all the same: they have the lock that the
 * account file would have.
 */
export async function openPostgresUsers(
  { persistence, security }: Config,
  settings: PostgresSettings,
  log: Log,
): Promise<UserStore> {
  // Only here: most daemons need none of it.
  const { openPostgres } = await import('../../infrastructure/postgres/open-postgres.ts')
  const directory = persistence.data_directory
  if (persistence.enable_persistence) makeDirectory(directory, PRIVATE_DIRECTORY)
  const lock = persistence.enable_persistence ? await takeLock(join(directory, 'users.txt'), log) : undefined
  try {
    const users = await openPostgres({
      settings,
      lookalikes: security.lookalike_names,
      log,
      pause: systemPause,
      fraction: () => systemRandom.fraction(),
    })
    return {
      ...users,
      async close() {
        await users.close()
        await lock?.release()
      },
    }
  } catch (error) {
    await lock?.release()
    throw error
  }
}
