import { join } from 'node:path'
import { StartupError } from '../../application/ports/system/startup-error.ts'
import type { Log } from '../../application/ports/system/log.ts'
import type { Config } from '../../config/schema.ts'
import type { AccountDatabase } from '../../infrastructure/postgres/open-postgres.ts'
import { createLogger } from '../../infrastructure/log/logger.ts'
import { createSecurityLog } from '../../infrastructure/log/security-log.ts'
import { createPasswordHasher } from '../../infrastructure/passwords/password-hasher.ts'
import { doNotDisturbPath, openDoNotDisturb } from '../../infrastructure/kept-values/kept-do-not-disturb.ts'
import { invitesPath, openInvites } from '../../infrastructure/kept-values/kept-invites.ts'
import { systemClock } from '../../infrastructure/system/system-clock.ts'
import { openFileUserStore } from '../../infrastructure/users-file/open-file-user-store.ts'
import { type DispatchControl, makeDispatchControl } from '../../transport/control/dispatch.ts'
import { inviteRoutes } from '../../transport/control/routes/invite-routes.ts'
import { type Online, userRoutes } from '../../transport/control/routes/user-routes.ts'
import { loadPostgres } from './load-postgres.ts'
import { openAccountDatabase } from './open-account-database.ts'
import { accountAdministration } from '../control/account-administration.ts'

interface OpenAccounts {
  readonly dispatch: DispatchControl
  close(): Promise<void>
}

/** Who is there is known to daemons alone. Those of a database, which may run elsewhere, are told. */
function nobodyHere(tellSessionsEnd: AccountDatabase['tellSessionsEnd'] | undefined, log: Log): Online {
  return {
    stateOf: () => 'offline',
    async endSessions(user) {
      if ((await tellSessionsEnd?.(user)) === false)
        log.warn({ user }, 'the sessions of this user could not be ended: use "ctl sessions end" at a daemon')
      return 0
    },
    accountsChanged: () => undefined,
    forgetHistory: () => undefined,
  }
}

/**
 * The administration of accounts while no daemon runs: over the file, through its lock, or over the database. Logs to the
 * daemon's log file.
 */
export async function openAccounts(
  config: Config,
  aloud: Pick<Log, 'warn' | 'error'>,
): Promise<OpenAccounts> {
  const { security, logging } = config
  const postgres = await loadPostgres(config)
  if (!postgres.ok) throw new StartupError(postgres.error)
  const logger = createLogger({
    level: logging.log_level,
    console: false,
    filePath: logging.enable_file ? logging.log_file_path : undefined,
    pretty: false,
  })
  const log = bothOf(logger.log, aloud)
  const clock = systemClock
  const securityLog = createSecurityLog({ path: logging.security_log_file_path, clock, log })
  const { users, doNotDisturb, invites, tellSessionsEnd } = await (postgres.value === undefined
    ? openFiles(config, log)
    : openAccountDatabase(config, postgres.value, log))
  const hasher = createPasswordHasher({
    cost: security.bcrypt_cost,
    threads: 1,
    maxPending: security.max_pending_hashes,
    clock,
  })
  const accounts = accountAdministration({ users, hasher, clock })
  const routes = [
    ...userRoutes({ users, doNotDisturb, ...accounts, online: nobodyHere(tellSessionsEnd, log) }),
    ...inviteRoutes({ invites, clock }),
  ]
  return {
    dispatch: makeDispatchControl(routes, 'command line', {
      log,
      securityLog,
    }),
    async close() {
      await hasher.close()
      await doNotDisturb.close()
      await invites.close()
      await users.close()
      securityLog.close()
      logger.close()
    },
  }
}

async function openFiles({ security, persistence }: Config, log: Log) {
  const { data_directory: directory } = persistence
  const users = await openFileUserStore({
    path: join(directory, 'users.txt'),
    log,
    lookalikes: security.lookalike_names,
    compactionIntervalMs: 0,
  })
  const doNotDisturb = await openDoNotDisturb(doNotDisturbPath(directory), users)
  const invites = await openInvites(invitesPath(directory))
  return { users, doNotDisturb, invites, tellSessionsEnd: undefined }
}

function bothOf(log: Log, aloud: Pick<Log, 'warn' | 'error'>): Log {
  return {
    debug: (fields, message) => {
      log.debug(fields, message)
    },
    info: (fields, message) => {
      log.info(fields, message)
    },
    warn: (fields, message) => {
      log.warn(fields, message)
      aloud.warn(fields, message)
    },
    error: (fields, message) => {
      log.error(fields, message)
      aloud.error(fields, message)
    },
  }
}
