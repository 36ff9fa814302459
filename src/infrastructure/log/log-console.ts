import { constants, fstatSync, openSync } from 'node:fs'
import { Socket } from 'node:net'
import { pino } from 'pino'
import { prettyFactory } from 'pino-pretty'
import { parseVisible } from './log-escape.ts'
import { MAX_UNWRITTEN_BYTES } from './log-file.ts'
import { NonblockingWriter } from './nonblocking-writer.ts'

const STDOUT = 1

/**
 * Standard output as a place for JSON lines: as they are, or, for a terminal, laid out and coloured. A reader that stops
 * reading stops nothing here: `onLost` is told how many lines it has missed, once it reads again (LOG-19).
 */
export function openConsole(pretty: boolean, onLost: (lines: number) => void): (line: string) => void {
  const write = openStdout(onLost)
  if (!pretty) return write
  // pino-pretty's function rather than its stream, which passes lines on only later.
  const prettify = prettyFactory({ translateTime: 'SYS:HH:MM:ss.l', ignore: 'pid' })
  return (line) => {
    write(prettify(parseVisible(line)))
  }
}

function openStdout(onLost: (lines: number) => void): (line: string) => void {
  const fd = nonblockingStdout()
  if (fd !== undefined) {
    const writer = new NonblockingWriter({ fd, maxBytes: MAX_UNWRITTEN_BYTES, onLost })
    process.on('exit', () => {
      writer.flush()
    })
    return (line) => {
      writer.write(line)
    }
  }
  const stdout = pino.destination({ dest: STDOUT, sync: true, maxLength: MAX_UNWRITTEN_BYTES })
  // A full disk behind a redirection must not end the daemon.
  stdout.on('error', () => undefined)
  return (line) => stdout.write(line)
}

/** Undefined for a file, which never makes anybody wait, and where the system has no way to it. */
function nonblockingStdout(): number | undefined {
  try {
    const stdout = fstatSync(STDOUT)
    if (stdout.isFile() || process.platform === 'win32') return undefined
    if (stdout.isSocket()) {
      // libuv makes a socket non-blocking when it takes it. Such a socket, as systemd's journal has, is the daemon's own.
      new Socket({ fd: STDOUT, readable: false }).unref()
      return STDOUT
    }
    // Opened anew, so that others who write to the same pipe or terminal may go on to wait for it.
    return openSync('/proc/self/fd/1', constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY)
  } catch {
    return undefined
  }
}
