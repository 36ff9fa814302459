import type { Command } from 'commander'
import { StartupError } from '../../../application/ports/system/startup-error.ts'
import { refused } from '../command-failure.ts'
import { configOf, type Globals } from '../context.ts'
import { print } from '../output.ts'

/** Of the database itself, whether or not a daemon runs. */
export function addMigrateCommand(ctl: Command): void {
  ctl
    .command('migrate')
    .description('bring the tables of the PostgreSQL database up to date, as a start does')
    .action(async (_: object, command: Command) => {
      const globals: Globals = command.optsWithGlobals()
      const config = await configOf(globals)
      const { migrateDatabase } = await import('../../../daemon/resources/migrate-database.ts')
      const migrated = await migrateDatabase(config).catch((error: unknown) => {
        if (error instanceof StartupError) throw refused('database_unavailable', error.faults.join('\n'))
        throw error
      })
      if (migrated === undefined) {
        throw refused(
          'no_database',
          'the accounts are in users.txt: neither persistence.postgres_url nor ROOMRTC_POSTGRES_URL names a database',
        )
      }
      const { applied, known } = migrated
      print(globals, { applied, migrations: known }, () =>
        applied.length === 0
          ? `nothing to do: the database is at migration ${known}`
          : applied.map(({ number, name }) => `applied ${number} ${name}`).join('\n'),
      )
    })
}
