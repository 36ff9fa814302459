import { z } from 'zod'

const levels = z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal'])

// Files written for the original server say "INFO" and "warning".
function asLevel(found: unknown): unknown {
  if (typeof found !== 'string') return found
  const level = found.toLowerCase()
  return level === 'warning' ? 'warn' : level
}

export const loggingSection = z.strictObject({
  log_file_path: z
    .string()
    .min(1)
    .default('logs/roomrtc-server.log')
    .describe('The file to append to when logging.enable_file is true.'),
  log_level: z
    .preprocess(asLevel, levels)
    .default('info')
    .describe(
      'Messages of this level and of all more severe levels are logged. Upper and lower case are the same, and "warning" means "warn".',
    ),
  enable_console: z.boolean().default(true).describe('Log to standard output.'),
  enable_file: z.boolean().default(false).describe('Log to logging.log_file_path.'),
  security_log_file_path: z
    .string()
    .default('')
    .describe(
      'The file to append security events to, whatever the log level is (docs/security-events.md). Empty means none.',
    ),
  cdr_file_path: z
    .string()
    .default('')
    .describe(
      'The file to append a record of each call to when it is over (docs/call-records.md). Empty means none.',
    ),
})
