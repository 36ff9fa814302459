import { StartupError } from './application/ports/startup-error.ts'
import type { Daemon } from './compose.ts'
import { loadConfig } from './config/load.ts'
import type { Config } from './config/schema.ts'
import type { ConfigRequest } from './config/source.ts'
import type { Logger } from './infrastructure/logger.ts'

interface Running {
  readonly daemon: Daemon
  readonly logger: Logger
  readonly request: ConfigRequest
  readonly config: Config
}

/** SIGTERM and SIGINT end the daemon in good order, a second one at once; SIGHUP reloads what can be reloaded. */
export function handleSignals({ daemon, logger, request, config }: Running): void {
  const { log } = logger
  let stopping = false

  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) {
      log.warn({ signal }, 'stopped at once')
      process.exit(1)
    }
    stopping = true
    log.info({ signal }, 'stopping')
    setTimeout(() => {
      log.warn({}, 'stopped at the deadline: not everybody read our farewell, or the disk was slow')
      process.exit(0)
    }, config.server.shutdown_timeout_ms)
    void daemon.stop().then(() => {
      log.info({}, 'stopped')
      process.exit(0)
    })
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)

  process.on('SIGHUP', () => {
    try {
      logger.reopen()
      const renewed = loadConfig(request).config
      logger.setLevel(renewed.logging.log_level)
      const log_level = renewed.logging.log_level
      if (daemon.reloadTls(renewed)) log.info({ log_level }, 'reloaded')
      else log.warn({ log_level }, 'reloaded, but for the certificate')
    } catch (error) {
      const cause = error instanceof StartupError ? { faults: error.faults } : { err: error }
      log.error(cause, 'not reloaded; log level and certificate stay as they were')
    }
  })
}
