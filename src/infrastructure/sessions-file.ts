import { createHash } from 'node:crypto'
import { readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Clock } from '../application/ports/clock.ts'
import type { Log } from '../application/ports/log.ts'
import type { SessionArchive, Snapshot } from '../application/ports/session-archive.ts'
import { err, ok, type Result } from '../domain/result.ts'
import { hasCode, openForAppend, syncDirectory } from './file-system.ts'
import { formatSnapshot, parseSnapshot } from './sessions-format.ts'

interface Options {
  readonly path: string
  /** What is older is of no use: every session in it has expired. */
  readonly maxAgeMs: number
  readonly clock: Clock
  readonly log: Log
}

const DIGEST_LENGTH = 64

/**
 * The sessions between one run of the daemon and the next, as a file for its owner only: the SHA-256 of the rest in
 * hexadecimal, a newline, then JSON lines (sessions-format.ts).
 */
export function createSessionsFile({ path, maxAgeMs, clock, log }: Options): SessionArchive {
  return {
    async save(snapshot) {
      const body = formatSnapshot(snapshot, clock.wallMs())
      const unfinished = `${path}.new`
      await rm(unfinished, { force: true })
      const handle = await openForAppend(unfinished, 'ax')
      try {
        await handle.appendFile(Buffer.from(`${digest(body)}\n`))
        await handle.appendFile(body)
        await handle.sync()
      } finally {
        await handle.close()
      }
      await rename(unfinished, path)
      await syncDirectory(dirname(path))
    },

    async take() {
      const found = await takeUp()
      if (found.ok) return found.value
      log.warn({ path, cause: found.error }, 'the sessions of the last run are not taken up')
      return undefined
    },
  }

  async function takeUp(): Promise<Result<Snapshot | undefined, string>> {
    try {
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
    const body = bytes.subarray(DIGEST_LENGTH + 1)
    if (bytes.subarray(0, DIGEST_LENGTH).toString('latin1') !== digest(body)) {
      return err('the file is damaged')
    }
    const parsed = parseSnapshot(body)
    if (!parsed.ok) return parsed
    const ageMs = clock.wallMs() - parsed.value.savedAt
    // Negative where the clock was set back meanwhile.
    if (Math.abs(ageMs) >= maxAgeMs) return err(`the file is stale: its age is ${Math.round(ageMs)} ms`)
    return parsed
  }
}

function digest(body: Uint8Array): string {
  return createHash('sha256').update(body).digest('hex')
}
