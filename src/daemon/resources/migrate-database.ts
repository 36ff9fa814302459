import { StartupError } from '../../application/ports/system/startup-error.ts'
import type { Config } from '../../config/schema.ts'
import { loadPostgres } from './load-postgres.ts'

interface Migrated {
  readonly applied: readonly { readonly number: number; readonly name: string }[]
  /** How many there are in all. */
  readonly known: number
}

/** Brings the tables of the database up to date; undefined where none is configured. Throws a StartupError with all that is wrong. */
export async function migrateDatabase(config: Config): Promise<Migrated | undefined> {
  const loaded = await loadPostgres(config)
  if (!loaded.ok) throw new StartupError(loaded.error)
  if (loaded.value === undefined) return undefined
  const { migrate } = await import('../../infrastructure/postgres/migrations/migrate.ts')
  return migrate(loaded.value)
}
