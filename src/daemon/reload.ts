import { StartupError } from '../application/ports/system/startup-error.ts'
import type { Supervisor } from '../application/ports/system/supervisor.ts'
import type { Daemon } from './daemon.ts'
import { loadConfig } from '../config/load.ts'
import type { ConfigRequest } from '../config/source.ts'
import type { Logger } from '../infrastructure/log/logger.ts'
import type { OwnSecurityLog } from '../infrastructure/log/security-log.ts'

interface Reloaded {
  readonly daemon: Pick<Daemon, 'reloadTls' | 'reloadAccounts'>
  readonly logger: Logger
  readonly otherLogs: readonly Pick<OwnSecurityLog, 'reopen'>[]
  readonly request: ConfigRequest
  readonly supervisor: Supervisor
}

/** Gives the faults that kept it from being done, or from being done wholly. */
export type Reload = () => Promise<readonly string[]>

/**
 * Reads the configuration again and takes over what can be: log level, log files and certificate. Reads the accounts again if
 * somebody has edited them.
 */
export function makeReload({ daemon, logger, otherLogs, request, supervisor }: Reloaded): Reload {
  const { log } = logger

  async function reload(): Promise<readonly string[]> {
    try {
      logger.reopen()
      for (const other of otherLogs) other.reopen()
      const renewed = loadConfig(request).config
      const { log_level } = renewed.logging
      logger.setLevel(log_level)
      const certificate = await daemon.reloadTls(renewed)
      const accounts = await daemon.reloadAccounts()
      if (certificate.length > 0) log.warn({ log_level }, 'reloaded, but for the certificate')
      else if (accounts.length > 0) log.warn({ log_level }, 'reloaded, but for the accounts')
      else log.info({ log_level }, 'reloaded')
      return [...certificate, ...accounts]
    } catch (error) {
      const faults = error instanceof StartupError ? error.faults : undefined
      const cause = faults === undefined ? { err: error } : { faults }
      log.error(cause, 'not reloaded; log level and certificate stay as they were')
      return faults ?? ['an unknown fault, which the log has']
    }
  }

  return async () => {
    supervisor.reloading()
    const faults = await reload()
    supervisor.ready()
    return faults
  }
}
