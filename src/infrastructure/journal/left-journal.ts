import { appendFile, lstat, readFile } from 'node:fs/promises'
import type { JournalEntry } from '../../application/ports/session-journal.ts'
import { errorCode } from '../../domain/error-code.ts'
import { err, ok, type Result } from '../../domain/result.ts'
import { BATCH_HEAD, MAGIC, seal, wholeBatches } from './batches.ts'
import { ATTEMPT, decodeEntries, EntryBuffer } from './entry-codec.ts'

/** Starts in a row that may die while they take up the same journal. */
const MAX_ATTEMPTS = 3

/**
 * The entries that the last run left in a file, undefined where there is none, or why they are of no use. It is noted in
 * the file that it was read: one that brings the daemon down must not do so at each start.
 */
export async function readLeftJournal(
  path: string,
  oldest: number,
): Promise<Result<readonly JournalEntry[] | undefined, string>> {
  try {
    if (!(await lstat(path)).isFile()) return err('it is no regular file')
    const read = decode(await readFile(path))
    if (!read.ok) return read
    const { entries, attempts } = read.value
    if (attempts >= MAX_ATTEMPTS) return err(`${attempts} starts have not come to an end with it`)
    const lastAlive = entries.findLast((entry) => entry.kind === 'alive')
    if (lastAlive?.kind !== 'alive') return err('the file is empty')
    // An instant in the future is one before the clock was set back: nobody knows its age then, and no session must end for that.
    if (lastAlive.at <= oldest) return err('the file is stale: all its sessions have expired')
    await appendFile(path, attemptBatch())
    return ok(entries)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return ok(undefined)
    return err(error instanceof Error ? error.message : String(error))
  }
}

function decode(file: Buffer): Result<{ entries: readonly JournalEntry[]; attempts: number }, string> {
  if (!file.subarray(0, MAGIC.length).equals(MAGIC))
    return err('the file was written by another version, or by somebody else')
  const entries: JournalEntry[] = []
  let attempts = 0
  for (const batch of wholeBatches(file)) {
    for (const entry of decodeEntries(batch)) {
      if (entry === ATTEMPT) attempts += 1
      else entries.push(entry)
    }
  }
  return ok({ entries, attempts })
}

function attemptBatch(): Buffer {
  const buffer = new EntryBuffer(BATCH_HEAD, 64)
  buffer.attempted()
  seal(buffer.bytes)
  return buffer.bytes
}
