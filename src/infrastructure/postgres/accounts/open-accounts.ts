import type { Log } from '../../../application/ports/system/log.ts'
import type { Pause } from '../../../application/ports/system/pause.ts'
import { StartupError } from '../../../application/ports/system/startup-error.ts'
import type { DoNotDisturb } from '../../../application/ports/do-not-disturb.ts'
import type { UserStore } from '../../../application/ports/user-store.ts'
import { parseUserId, type UserId } from '../../../domain/ids.ts'
import type { Account } from '../../../domain/user.ts'
import type { Database } from '../database.ts'
import { causeOf } from '../failure.ts'
import { Feed, type Reader } from '../feed.ts'
import { nameOf, type PostgresSettings } from '../settings.ts'
import { AccountMirror, type MirrorNews } from './account-mirror.ts'
import { accountOf, type AccountRow, ACCOUNTS_CHANNEL, FIND_BY_IDS } from './account-rows.ts'
import { loadAccounts } from './load-accounts.ts'
import { createPostgresDoNotDisturb } from './postgres-do-not-disturb.ts'
import { userOfEnd } from './session-ends.ts'
import { createPostgresUserStore } from './postgres-user-store.ts'

export interface PostgresAccountsOptions {
  readonly settings: PostgresSettings
  readonly database: Database
  /** Whether a name may read like that of another account. */
  readonly lookalikes: 'refuse' | 'allow'
  readonly log: Log
  readonly pause: Pause
  readonly fraction: () => number
}

/**
 * The accounts of a database whose tables are up to date, all of them read. Other processes may share it: what they change is
 * told here. Throws a StartupError where they cannot be read.
 */
export async function openPostgresAccounts(
  options: PostgresAccountsOptions,
): Promise<{ readonly users: UserStore; readonly doNotDisturb: DoNotDisturb }> {
  const { settings, database, lookalikes, log, pause, fraction } = options
  let told: (mayBeGone: boolean) => void = () => undefined
  let toldToEnd: (user: UserId) => void = () => undefined
  let lastFaults = ''
  /** For whoever asks that all be read again. */
  let reader: Reader | undefined

  const toAccount = (row: AccountRow): Account | undefined => {
    const account = accountOf(row)
    if (account.ok) return account.value
    log.error({ id: row.id, fault: account.error }, 'an account of the database cannot be used')
    return undefined
  }
  const mirror = new AccountMirror(async (ids) => {
    const found = await database.run<AccountRow>(FIND_BY_IDS, [ids])
    if (!found.ok) return undefined
    return found.value.flatMap((row) => {
      const account = toAccount(row)
      return account === undefined ? [] : [{ account, doNotDisturb: row.do_not_disturb }]
    })
  })
  const tell = (news: MirrorNews | undefined) => {
    if (news?.changed === true) told(news.gone)
  }

  const readAll = (by: Reader) => mirror.replace(() => loadAccounts(by, lookalikes === 'refuse'))
  /** The accounts stay as they are where those of the database cannot be used. */
  const readAgain = async (by: Reader): Promise<readonly string[]> => {
    const read = await readAll(by)
    if (read.ok) told(true)
    const faults = read.ok ? [] : read.error
    if (faults.length > 0 && faults.join() !== lastFaults)
      log.error({ faults }, 'the accounts of the database cannot be used: those in memory stay in use')
    lastFaults = faults.join()
    return faults
  }

  let isOpen = false
  const feed = await Feed.open({
    settings,
    channel: ACCOUNTS_CHANNEL,
    heard(payload) {
      const ended = userOfEnd(payload)
      if (ended !== undefined) {
        toldToEnd(ended)
        return
      }
      const ids = payload.split(' ').flatMap(idsOf)
      if (ids.length > 0) void mirror.refresh(ids).then(tell)
      else if (reader !== undefined) void readAgain(reader).catch(() => undefined)
    },
    async connected(by) {
      reader = by
      if (isOpen) {
        await readAgain(by)
        return
      }
      const read = await readAll(by)
      if (!read.ok) throw new StartupError(read.error)
    },
    async checked(by) {
      if (mirror.isStale) await readAgain(by)
    },
    log,
    pause,
    fraction,
  }).catch((error: unknown) => {
    if (error instanceof StartupError) throw error
    throw new StartupError([`${nameOf(settings)}: the accounts cannot be read: ${causeOf(error)}`])
  })
  isOpen = true
  log.info({ database: nameOf(settings), accounts: mirror.table.size }, 'accounts loaded')

  let closing: Promise<void> | undefined
  const users = createPostgresUserStore({
    database,
    mirror,
    toAccount,
    lookalikes,
    whenEdited(hears) {
      told = hears
    },
    whenSessionsEnd(hears) {
      toldToEnd = hears
    },
    async takeOverEdits() {
      const failed = () => [`${nameOf(settings)}: the accounts cannot be read at the moment`]
      return reader === undefined ? [] : readAgain(reader).catch(failed)
    },
    close() {
      closing ??= feed.close().then(() => database.close())
      return closing
    },
  })
  return { users, doNotDisturb: createPostgresDoNotDisturb(database, mirror) }
}

function idsOf(text: string): UserId[] {
  const id = parseUserId(text)
  return id === undefined ? [] : [id]
}
