import type { CallHistory } from '../../application/ports/call-history.ts'
import type { DoNotDisturb } from '../../application/ports/do-not-disturb.ts'
import type { FileIndex } from '../../application/ports/file-index.ts'
import type { Invites } from '../../application/ports/invites.ts'
import type { Messages } from '../../application/ports/messages.ts'
import type { UserStore } from '../../application/ports/user-store.ts'
import type { UserId } from '../../domain/ids.ts'
import type { DatabasePush } from './push-subscriptions.ts'
import type { KeyStore } from '../tokens/keys/key-store.ts'
import type { StoredKeys } from '../tokens/keys/stored-keys.ts'
import { openPostgresAccounts, type PostgresAccountsOptions } from './accounts/open-accounts.ts'
import { tellSessionsEnd } from './accounts/session-ends.ts'
import { openDatabase } from './database.ts'
import { createPostgresFileIndex } from './file-index.ts'
import { type HistoryOptions, openPostgresHistory } from './history/open-history.ts'
import { createPostgresInvites } from './invites.ts'
import { createPostgresMessages } from './messages/postgres-messages.ts'
import { openTokenKeys } from './token-keys.ts'
import { migrate } from './migrations/migrate.ts'

export interface AccountDatabase {
  /** To be closed last. */
  readonly users: UserStore
  readonly doNotDisturb: DoNotDisturb
  readonly invites: Invites
  readonly openPush: () => Promise<DatabasePush>
  /** Throws a StartupError where it cannot be read. */
  readonly openFileIndex: () => Promise<FileIndex>
  /** Tells every daemon of the database to end the sessions of a user; false where that cannot be told. */
  readonly tellSessionsEnd: (user: UserId) => Promise<boolean>
  /** The keys for tokens; `first` where there are none yet. Closed with `users`. Throws a StartupError where they cannot be used. */
  readonly openTokenKeys: (first: StoredKeys) => Promise<KeyStore>
  /** To be closed before `users`. */
  readonly openHistory: (options: HistoryOptions) => Promise<CallHistory>
  /** To be closed before `users`. */
  readonly openMessages: () => Promise<Messages>
}

/** A database, whose tables are brought up to date before. Throws a StartupError with all that is wrong. */
export async function openPostgres(
  options: Omit<PostgresAccountsOptions, 'database'>,
): Promise<AccountDatabase> {
  const { settings, log, pause } = options
  const { applied } = await migrate(settings)
  for (const { number, name } of applied) log.info({ number, name }, 'the database was migrated')
  const database = openDatabase(settings, log, pause)
  try {
    const { users, doNotDisturb } = await openPostgresAccounts({ ...options, database })
    let closeKeys = () => Promise.resolve()
    const close = async () => {
      await closeKeys()
      await users.close()
    }
    return {
      users: { ...users, close },
      doNotDisturb,
      invites: createPostgresInvites(database),
      async openPush() {
        // Only here: few want to wake anybody.
        const { createPostgresPush } = await import('./push-subscriptions.ts')
        return createPostgresPush(database)
      },
      openFileIndex: () => Promise.resolve(createPostgresFileIndex(database)),
      tellSessionsEnd: (user) => tellSessionsEnd(database, user),
      openMessages: () => Promise.resolve(createPostgresMessages(database)),
      async openTokenKeys(first) {
        const { store, close: closes } = await openTokenKeys({ ...options, database }, first)
        closeKeys = closes
        return store
      },
      openHistory: (history) => openPostgresHistory({ ...options, ...history, database }),
    }
  } catch (error) {
    await database.close()
    throw error
  }
}
