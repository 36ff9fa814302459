import { join } from 'node:path'
import type { AccessTokens } from '../../application/ports/access-tokens.ts'
import type { CallHistory } from '../../application/ports/call-history.ts'
import type { Invites } from '../../application/ports/invites.ts'
import type { Messages } from '../../application/ports/messages.ts'
import type { DoNotDisturb } from '../../application/ports/do-not-disturb.ts'
import type { Guests } from '../../application/ports/guests.ts'
import type { Clock } from '../../application/ports/system/clock.ts'
import type { Log } from '../../application/ports/system/log.ts'
import type { SessionJournal } from '../../application/ports/session-journal.ts'
import { StartupError } from '../../application/ports/system/startup-error.ts'
import type { UserStore } from '../../application/ports/user-store.ts'
import type { Config } from '../../config/schema.ts'
import { createGuestUsers } from '../../infrastructure/memory/guest-users.ts'
import { createMemoryDoNotDisturb } from '../../infrastructure/memory/memory-do-not-disturb.ts'
import { createMemoryUserStore } from '../../infrastructure/memory/memory-user-store.ts'
import { createCallHistory, openCallHistory } from '../../infrastructure/history-file/call-history.ts'
import type { HistoryOptions } from '../../infrastructure/postgres/history/open-history.ts'
import type { AccountDatabase } from '../../infrastructure/postgres/open-postgres.ts'
import { createSessionJournal } from '../../infrastructure/journal/session-journal.ts'
import type { OpenForAppend } from '../../infrastructure/system/file-system.ts'
import { doNotDisturbPath, openDoNotDisturb } from '../../infrastructure/kept-values/kept-do-not-disturb.ts'
import {
  createMemoryInvites,
  invitesPath,
  openInvites,
} from '../../infrastructure/kept-values/kept-invites.ts'
import { timedOpen } from '../../infrastructure/system/timed-open.ts'
import { openFileUserStore } from '../../infrastructure/users-file/open-file-user-store.ts'
import type { LoadedTls } from '../../transport/tls/tls-context.ts'
import { loadPostgres } from './load-postgres.ts'
import { loadTls } from './load-tls.ts'
import { loadTokens } from './load-tokens.ts'
import { openLockedDatabase } from './open-account-database.ts'
import { openMessageFile } from './open-messages.ts'
import { openTokens } from './open-tokens.ts'
import type { OpenPush } from '../push/open-push.ts'
import type { openFiles, OpenFiles } from '../files/open-files.ts'

interface Resources {
  readonly tls: LoadedTls | undefined
  readonly users: UserStore
  readonly guests: Guests | undefined
  readonly doNotDisturb: DoNotDisturb
  readonly invites: Invites
  readonly accessTokens: AccessTokens
  readonly history: CallHistory
  /** Undefined where nobody may upload any. */
  readonly files: OpenFiles | undefined
  /** Undefined where no device is woken by it. */
  readonly push: OpenPush | undefined
  /** Undefined where there are none. */
  readonly messages: Messages | undefined
  /** Undefined where nothing is to be kept on disk. */
  readonly journal: SessionJournal | undefined
}

interface Ports {
  readonly log: Log
  readonly clock: Clock
  readonly disk: DiskWatch
}

/** So soon an administrator's edit of the account file counts. */
const EDIT_INTERVAL_MS = 1000

/** Are told how long the disk took, in milliseconds. */
export interface DiskWatch {
  readonly accountsSynced: (ms: number) => void
  readonly journalWritten: (ms: number) => void
}

/** Certificate, keys and files: what is wrong with any of them is told together. */
export async function openResources(config: Config, ports: Ports): Promise<Resources> {
  const { log, clock, disk } = ports
  const tls = await loadTls(config)
  const tokens = await loadTokens(config)
  const postgres = await loadPostgres(config)
  if (tls.ok) for (const warning of tls.value?.warnings ?? []) log.warn({}, warning)
  const faults = [tls, tokens, postgres].flatMap((loaded) => (loaded.ok ? [] : loaded.error))
  if (!postgres.ok) throw new StartupError(faults)
  const opening: Promise<OpenedAccounts> =
    postgres.value === undefined
      ? openAccounts(config, log, timedOpen(clock, disk.accountsSynced))
      : openLockedDatabase(config, postgres.value, log)
  const { users, doNotDisturb, invites, openHistory, openFileIndex, openMessages, openTokenKeys, openPush } =
    await opening.catch((error: unknown) => {
      throw error instanceof StartupError ? new StartupError([...faults, ...error.faults]) : error
    })
  try {
    if (!tls.ok || !tokens.ok) throw new StartupError(faults)
    // Only now, when no other daemon can have the directory.
    const accessTokens = await openTokens(tokens.value, config, ports, openTokenKeys)
    return {
      tls: tls.value,
      ...withGuests(users, config, clock),
      doNotDisturb,
      invites,
      accessTokens,
      files: await openUploads(config, { ...ports, openDatabaseIndex: openFileIndex }),
      history: await openHistory({ limits: historyLimits(config), clock }),
      push: await openPushService(config, { ...ports, users, openDatabase: openPush }),
      messages: config.messages.enabled ? await openMessages() : undefined,
      journal: openJournal(config, { log, clock, wrote: disk.journalWritten }),
    }
  } catch (error) {
    await users.close()
    throw error
  }
}

/** Few want them. */
async function openUploads(
  config: Config,
  parts: Parameters<typeof openFiles>[1],
): Promise<OpenFiles | undefined> {
  if (!config.uploads.enabled) return undefined
  const { openFiles } = await import('../files/open-files.ts')
  return openFiles(config, parts)
}

async function openPushService(
  config: Config,
  {
    openDatabase,
    ...parts
  }: Ports & {
    readonly users: UserStore
    readonly openDatabase: AccountDatabase['openPush'] | undefined
  },
): Promise<OpenPush | undefined> {
  if (!config.push.enabled) return undefined
  const { openPush } = await import('../push/open-push.ts')
  return openPush(config, { ...parts, database: await openDatabase?.() })
}

/** What only a database has may be missing. */
type OpenedAccounts = Omit<
  AccountDatabase,
  'openFileIndex' | 'openPush' | 'openTokenKeys' | 'tellSessionsEnd'
> &
  Partial<AccountDatabase>

/** In files, or in memory. */
async function openAccounts(config: Config, log: Log, open: OpenForAppend): Promise<OpenedAccounts> {
  const users = await openUsers(config, log, open)
  try {
    return {
      users,
      doNotDisturb: await openWishes(config, users),
      invites: await openCodes(config),
      openHistory: (options) => openHistory(config, { ...options, log }),
      openMessages: () => openMessageFile(config, log),
    }
  } catch (error) {
    await users.close()
    throw error
  }
}

function openCodes({ persistence }: Config): Promise<Invites> {
  if (!persistence.enable_persistence) return Promise.resolve(createMemoryInvites())
  return openInvites(invitesPath(persistence.data_directory))
}

function openWishes({ persistence }: Config, users: UserStore): Promise<DoNotDisturb> {
  if (!persistence.enable_persistence) return Promise.resolve(createMemoryDoNotDisturb())
  return openDoNotDisturb(doNotDisturbPath(persistence.data_directory), users)
}

function withGuests(
  accounts: UserStore,
  { security, server, limits }: Config,
  clock: Clock,
): Pick<Resources, 'users' | 'guests'> {
  if (!security.guests) return { users: accounts, guests: undefined }
  return createGuestUsers(accounts, {
    lookalikes: security.lookalike_names,
    maxGuests: server.max_connections,
    openWithinMs: limits.login_timeout_ms,
    clock,
  })
}

function openUsers({ persistence, security }: Config, log: Log, open: OpenForAppend): Promise<UserStore> {
  if (!persistence.enable_persistence) return Promise.resolve(createMemoryUserStore(security.lookalike_names))
  return openFileUserStore({
    path: join(persistence.data_directory, 'users.txt'),
    log,
    open,
    lookalikes: security.lookalike_names,
    editIntervalMs: EDIT_INTERVAL_MS,
    compactionIntervalMs: persistence.auto_save_interval_secs * 1000,
  })
}

function historyLimits({ history }: Config): HistoryOptions['limits'] {
  const { max_entries: maxEntries, max_calls: maxCalls, keep_days: keepDays } = history
  return { maxEntries, maxCalls, keepDays }
}

async function openHistory(
  { persistence }: Config,
  options: HistoryOptions & { readonly log: Log },
): Promise<CallHistory> {
  if (!persistence.enable_persistence) return createCallHistory(options)
  return openCallHistory({ ...options, path: join(persistence.data_directory, 'history.jsonl') })
}

function openJournal(
  { persistence, resume, cluster }: Config,
  parts: Pick<Parameters<typeof createSessionJournal>[0], 'log' | 'clock' | 'wrote'>,
): SessionJournal | undefined {
  // What nodes share outlives each of them.
  if (!persistence.enable_persistence || cluster.redis_url !== '') return undefined
  return createSessionJournal({
    path: join(persistence.data_directory, 'sessions.journal'),
    maxAgeMs: resume.window_ms,
    survivesCrash: resume.survive_crash,
    ...parts,
  })
}
