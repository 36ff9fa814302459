import { statSync } from 'node:fs'
import { dirname } from 'node:path'
import { pino } from 'pino'
import { StartupError } from '../../application/ports/system/startup-error.ts'
import { err, ok, type Result } from '../../domain/result.ts'
import { makeDirectory } from '../system/make-directory.ts'

/** Lines that cannot be written (a full disk) are kept up to so many bytes, the rest are lost. */
export const MAX_UNWRITTEN_BYTES = 1024 * 1024

type Destination = ReturnType<typeof pino.destination>

/** The log file: each line is with the operating system when `write` returns, so that no crash loses one. */
export class LogFile {
  readonly #path: string
  #destination: Destination | undefined

  /** `key` of the configuration names the path. */
  constructor(path: string, key: string) {
    const opened = open(path)
    if (!opened.ok) {
      throw new StartupError([
        `${key}: ${opened.error}. Correct the path, or give the user that runs the daemon the right to write there`,
      ])
    }
    this.#path = path
    this.#destination = opened.value
  }

  write(line: string): void {
    this.#destination?.write(line)
  }

  /** Goes on in a new file of the same name; if that cannot be opened, in the old one. */
  reopen(): Result<undefined, string> {
    if (this.#destination === undefined) return ok(undefined)
    const opened = open(this.#path)
    if (!opened.ok) return opened
    this.close()
    this.#destination = opened.value
    return ok(undefined)
  }

  /** What is written afterwards is lost. */
  close(): void {
    this.#destination?.end()
    this.#destination = undefined
  }
}

function open(path: string): Result<Destination, string> {
  try {
    makeDirectory(dirname(path))
    refuseWhatWouldWait(path)
    const destination = pino.destination({
      dest: path,
      sync: true,
      mode: 0o600,
      maxLength: MAX_UNWRITTEN_BYTES,
    })
    // A disk that is full must not end anybody's call. The next line tries again.
    destination.on('error', () => undefined)
    return ok(destination)
  } catch (fault) {
    return err(
      `the log file ${path} cannot be opened: ${fault instanceof Error ? fault.message : String(fault)}`,
    )
  }
}

/** To open a FIFO waits for somebody who reads it, and a log of lines is of no use to a disk. */
function refuseWhatWouldWait(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false })
  // To open a directory fails by itself, and says what it is.
  if (found === undefined || found.isFile() || found.isCharacterDevice() || found.isDirectory()) return
  throw new Error('it is not a file')
}
