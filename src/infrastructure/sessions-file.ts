import { createHash } from 'node:crypto'
import { readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Clock } from '../application/ports/clock.ts'
import type { Log } from '../application/ports/log.ts'
import type { SessionArchive, Snapshot } from '../application/ports/session-archive.ts'
import { err, ok, type Result } from '../domain/result.ts'
import { hasCode, openForAppend, syncDirectory } from './file-system.ts'
import { parseSnapshot, snapshotLines } from './sessions-format.ts'

interface Options {
  readonly path: string
  /** What is older is of no use: every session in it has expired. */
  readonly maxAgeMs: number
  readonly clock: Clock
  readonly log: Log
}

const DIGEST_LENGTH = 64
const CHUNK_CHARACTERS = 256 * 1024

/**
 * The sessions between one run of the daemon and the next, as a file for its owner only: JSON lines (sessions-format.ts),
 * then the SHA-256 of them in hexadecimal and a newline.
 */
export function createSessionsFile({ path, maxAgeMs, clock, log }: Options): SessionArchive {
  const unfinished = `${path}.new`

  return {
    async save(snapshot) {
      await rm(unfinished, { force: true })
      try {
        await write(snapshotLines(snapshot, clock.wallMs()))
        await rename(unfinished, path)
        await syncDirectory(dirname(path))
      } catch (error) {
        await rm(unfinished, { force: true }).catch(() => undefined)
        throw error
      }
    },

    async take() {
      const found = await takeUp()
      if (found.ok) return found.value
      log.warn({ path, cause: found.error }, 'the sessions of the last run are not taken up')
      return undefined
    },
  }

  async function write(lines: Iterable<string>): Promise<void> {
    const handle = await openForAppend(unfinished, 'ax')
    const hash = createHash('sha256')
    try {
      for (const chunk of chunks(lines)) {
        hash.update(chunk)
        await handle.appendFile(chunk)
      }
      await handle.appendFile(Buffer.from(`${hash.digest('hex')}\n`))
      await handle.sync()
    } finally {
      await handle.close()
    }
  }

  async function takeUp(): Promise<Result<Snapshot | undefined, string>> {
    try {
      // A stop that was cut short leaves one, and calls' descriptions are in it.
      await rm(unfinished, { force: true })
      const bytes = await readFile(path)
      // Before it is used: a file that brings the daemon down must not do so at each start.
      await rm(path, { force: true })
      return check(bytes)
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return ok(undefined)
      return err(error instanceof Error ? error.message : String(error))
    }
  }

  function check(bytes: Buffer): Result<Snapshot, string> {
    const body = bytes.subarray(0, -DIGEST_LENGTH - 1)
    const digest = createHash('sha256').update(body).digest('hex')
    if (bytes.subarray(body.length).toString('latin1') !== `${digest}\n`) return err('the file is damaged')
    const parsed = parseSnapshot(body)
    if (!parsed.ok) return parsed
    const ageMs = clock.wallMs() - parsed.value.savedAt
    // Negative where the clock was set back meanwhile: nobody knows its age then, and no session must end for that.
    if (ageMs >= maxAgeMs) return err(`the file is stale: its age is ${Math.round(ageMs)} ms`)
    return parsed
  }
}

function* chunks(lines: Iterable<string>): Iterable<Buffer> {
  let text = ''
  for (const line of lines) {
    text += line
    if (text.length < CHUNK_CHARACTERS) continue
    yield Buffer.from(text)
    text = ''
  }
  yield Buffer.from(text)
}
