import { StartupError } from '../application/ports/system/startup-error.ts'
import { startDaemon } from '../compose.ts'
import { loadConfig } from '../config/load.ts'
import { createCallDetailLog } from '../infrastructure/log/cdr-log.ts'
import { createLogger } from '../infrastructure/log/logger.ts'
import { createSecurityLog } from '../infrastructure/log/security-log.ts'
import { systemClock } from '../infrastructure/system/system-clock.ts'
import { createSupervisor } from '../infrastructure/system/systemd-supervisor.ts'
import type { ControlServer } from '../transport/control/control-server.ts'
import { makeEnding } from './ending.ts'
import { makeReload } from './reload.ts'
import { handleSignals } from './signals.ts'

/**
 * The process from its start on. Gives its exit code: 0 when it listens, and then signals end it; 1 when it cannot, and has
 * said why.
 */
export async function runDaemon(path: string | undefined): Promise<0 | 1> {
  const request = { path, env: process.env, cwd: process.cwd() }

  // Until there is something to reload, a SIGHUP that comes early must not end the process.
  process.on('SIGHUP', () => undefined)

  try {
    const { config, source, warnings } = loadConfig(request)
    const { logging } = config
    const logger = createLogger({
      level: logging.log_level,
      console: logging.enable_console,
      filePath: logging.enable_file ? logging.log_file_path : undefined,
      pretty: process.stdout.isTTY,
    })
    const { log } = logger
    const securityLog = createSecurityLog({ path: logging.security_log_file_path, clock: systemClock, log })
    const callDetailLog = createCallDetailLog({ path: logging.cdr_file_path, log })

    const dieOf = (error: unknown) => {
      log.error({ err: error }, 'unknown fault')
      process.exit(1)
    }
    process.on('uncaughtException', dieOf)
    process.on('unhandledRejection', dieOf)

    for (const warning of warnings) log.warn({}, warning)
    const daemon = await startDaemon(config, log, securityLog, callDetailLog)
    const supervisor = createSupervisor(process.env, log)
    const open: { control?: ControlServer | undefined } = {}
    const letGo = () => open.control?.close()
    const ending = makeEnding({ daemon, log, config, supervisor, letGo })
    const reload = makeReload({
      daemon,
      logger,
      otherLogs: [securityLog, callDetailLog],
      request,
      supervisor,
    })
    handleSignals(ending, reload, log)
    open.control = await daemon.openControl({
      source,
      get logLevel() {
        return logger.level
      },
      get phase() {
        return ending.phase
      },
      setLogLevel: logger.setLevel,
      drain: () => {
        ending.drain({ by: 'control socket' })
      },
      reload,
    })
    // A signal may have come meanwhile.
    if (ending.phase === 'stopping') letGo()
    const { bind_address: address, enable_tls: tls } = config.server
    for (const { url, what } of daemon.urls) log.info({ url, what }, 'reachable')
    log.info({ address, port: daemon.port, http_port: daemon.httpPort, tls, config: source }, 'listening')
    supervisor.ready()
    return 0
  } catch (error) {
    if (!(error instanceof StartupError)) throw error
    process.stderr.write(
      `roomrtc-server cannot start:\n${error.faults.map((fault) => `  ${fault}\n`).join('')}`,
    )
    return 1
  }
}
