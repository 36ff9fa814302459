#!/usr/bin/env node
import './heap-growth.ts'
import { StartupError } from './application/ports/startup-error.ts'
import { startDaemon } from './compose.ts'
import { loadConfig } from './config/load.ts'
import { createLogger } from './infrastructure/logger.ts'
import { handleSignals } from './signals.ts'

const request = { path: process.argv[2], env: process.env, cwd: process.cwd() }

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

  const dieOf = (error: unknown) => {
    log.error({ err: error }, 'unknown fault')
    process.exit(1)
  }
  process.on('uncaughtException', dieOf)
  process.on('unhandledRejection', dieOf)

  for (const warning of warnings) log.warn({}, warning)
  const daemon = await startDaemon(config, log)
  handleSignals({ daemon, logger, request, config })
  const { bind_address: address, enable_tls: tls } = config.server
  log.info({ address, port: daemon.port, tls, config: source }, 'listening')
} catch (error) {
  if (!(error instanceof StartupError)) throw error
  process.stderr.write(
    `roomrtc-server cannot start:\n${error.faults.map((fault) => `  ${fault}\n`).join('')}`,
  )
  process.exitCode = 1
}
