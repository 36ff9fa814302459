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

/**
 * SIGTERM and SIGUSR2 drain the daemon and then end it in good order, SIGINT ends it so without draining. While it
 * drains, another of them has it end so at once; while it ends, another has the process exit on the spot. SIGHUP reloads
 * what can be reloaded.
 */
export function handleSignals({ daemon, logger, request, config }: Running): void {
  const { log } = logger
  let phase: 'running' | 'draining' | 'stopping' = 'running'

  const stop = (signal?: NodeJS.Signals): void => {
    phase = 'stopping'
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
  const drain = (signal: NodeJS.Signals): void => {
    phase = 'draining'
    const drained = daemon.drain()
    log.info({ signal }, 'draining')
    void drained.then(() => {
      if (phase === 'draining') stop()
    })
  }
  const { grace_ms, window_ms } = config.drain
  const finish = grace_ms + window_ms > 0 ? drain : stop
  // Windows knows no SIGUSR2: there its handler is never called.
  for (const [signal, begin] of [
    ['SIGTERM', finish],
    ['SIGUSR2', finish],
    ['SIGINT', stop],
  ] as const) {
    process.on(signal, () => {
      switch (phase) {
        case 'running':
          begin(signal)
          break
        case 'draining':
          stop(signal)
          break
        case 'stopping':
          log.warn({ signal }, 'stopped at once')
          process.exit(1)
          break
        default:
          phase satisfies never
      }
    })
  }

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
