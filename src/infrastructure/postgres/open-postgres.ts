import type { UserStore } from '../../application/ports/user-store.ts'
import { openPostgresAccounts, type PostgresAccountsOptions } from './accounts/open-accounts.ts'
import { openDatabase } from './database.ts'
import { migrate } from './migrations/migrate.ts'

/**
 * The accounts of a database, whose tables are brought up to date before. Throws a StartupError with all that is wrong.
 */
export async function openPostgres(options: Omit<PostgresAccountsOptions, 'database'>): Promise<UserStore> {
  const { settings, log } = options
  const { applied } = await migrate(settings)
  for (const { number, name } of applied) log.info({ number, name }, 'the database was migrated')
  const database = openDatabase(settings, log)
  try {
    return await openPostgresAccounts({ ...options, database })
  } catch (error) {
    await database.close()
    throw error
  }
}
