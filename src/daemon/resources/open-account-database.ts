import { join } from 'node:path'
import type { Log } from '../../application/ports/system/log.ts'
import type { Config } from '../../config/schema.ts'
import type { AccountDatabase } from '../../infrastructure/postgres/open-postgres.ts'
import type { PostgresSettings } from '../../infrastructure/postgres/settings.ts'
import { PRIVATE_DIRECTORY } from '../../infrastructure/system/file-system.ts'
import { makeDirectory } from '../../infrastructure/system/make-directory.ts'
import { systemPause } from '../../infrastructure/system/system-pause.ts'
import { systemRandom } from '../../infrastructure/system/system-random.ts'
import { takeLock } from '../../infrastructure/users-file/lock/lock.ts'

/** Accounts, and what is kept beside them, in a database. */
export async function openAccountDatabase(
  { security }: Config,
  settings: PostgresSettings,
  log: Log,
): Promise<AccountDatabase> {
  // Only here: most daemons need none of it.
  const { openPostgres } = await import('../../infrastructure/postgres/open-postgres.ts')
  return openPostgres({
    settings,
    lookalikes: security.lookalike_names,
    log,
    pause: systemPause,
    fraction: () => systemRandom.fraction(),
  })
}

/** For a daemon, whose sessions are in files all the same: these have the lock that the account file would have. */
export async function openLockedDatabase(
  config: Config,
  settings: PostgresSettings,
  log: Log,
): Promise<AccountDatabase> {
  const { enable_persistence: hasFiles, data_directory: directory } = config.persistence
  if (!hasFiles) return openAccountDatabase(config, settings, log)
  makeDirectory(directory, PRIVATE_DIRECTORY)
  const lock = await takeLock(join(directory, 'users.txt'), log)
  try {
    const opened = await openAccountDatabase(config, settings, log)
    const { users } = opened
    const close = async () => {
      await users.close()
      await lock.release()
    }
    return { ...opened, users: { ...users, close } }
  } catch (error) {
    await lock.release()
    throw error
  }
}
