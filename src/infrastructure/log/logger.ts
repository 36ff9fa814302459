import { pino, type LevelWithSilent } from 'pino'
import type { Log } from '../../application/ports/system/log.ts'
import { openConsole } from './log-console.ts'
import { escapeJsonLine } from './log-escape.ts'
import { LogFile } from './log-file.ts'
import { redactJsonLine } from './log-redact.ts'

interface LoggerOptions {
  readonly level: LevelWithSilent
  readonly console: boolean
  readonly filePath: string | undefined
  /** For a console that is a terminal. */
  readonly pretty: boolean
}

export interface Logger {
  readonly log: Log
  readonly level: string
  readonly setLevel: (level: LevelWithSilent) => void
  /** After the log file was renamed: goes on in a new one. */
  reopen(): void
  /** Lets go of the file, which has each line before the call that logs it returns. */
  close(): void
}

/** JSON lines on the console, in a file, or both. Throws a StartupError if the file cannot be opened. */
export function createLogger(options: LoggerOptions): Logger {
  const file =
    options.filePath === undefined ? undefined : new LogFile(options.filePath, 'logging.log_file_path')
  const toConsole = options.console ? openConsole(options.pretty, sayLost) : undefined
  const write = (line: string): void => {
    const safe = escapeJsonLine(redactJsonLine(line))
    toConsole?.(safe)
    file?.write(safe)
  }
  const root = pino(
    {
      level: options.level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write },
  )

  function sayLost(lines: number): void {
    root.warn({ lines }, 'lines of the log were lost: the reader of the console did not keep up')
  }

  return {
    log: root,
    get level() {
      return root.level
    },
    setLevel: (level) => {
      root.level = level
    },
    reopen: () => {
      const reopened = file?.reopen()
      if (reopened !== undefined && !reopened.ok) root.error({}, `${reopened.error}. Going on in the old one`)
    },
    close: () => file?.close(),
  }
}
