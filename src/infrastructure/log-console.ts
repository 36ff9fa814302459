import { pino } from 'pino'
import { prettyFactory } from 'pino-pretty'
import { parseVisible } from './log-escape.ts'
import { MAX_UNWRITTEN_BYTES } from './log-file.ts'

/** Standard output as a place for JSON lines: as they are, or, for a terminal, laid out and coloured. */
export function openConsole(pretty: boolean): (line: string) => void {
  const stdout = pino.destination({ dest: 1, sync: true, maxLength: MAX_UNWRITTEN_BYTES })
  // A terminal that went away, or a full disk behind a redirection, must not end the daemon.
  stdout.on('error', () => undefined)
  if (!pretty) return (line) => stdout.write(line)
  // pino-pretty's function rather than its stream, which passes lines on only later.
  const prettify = prettyFactory({ translateTime: 'SYS:HH:MM:ss.l', ignore: 'pid' })
  return (line) => stdout.write(prettify(parseVisible(line)))
}
