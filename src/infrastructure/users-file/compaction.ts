import { rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Account } from '../../domain/user.ts'
import { syncDirectory, type OpenForAppend } from '../system/file-system.ts'
import type { AccountFile, Extent, Written } from './account-file.ts'
import { formatAccountLine } from './table/account-line.ts'

/** Keeps memory flat and lets other work run in between, however many accounts there are. */
const CHUNK_CHARACTERS = 256 * 1024

/** What a whole file is made of. */
interface Content {
  readonly comments: readonly string[]
  readonly accounts: Iterable<Account>
}

/**
 * Replaces the account file by one with the comments and a single line for each account. A failure changes nothing, and
 * what somebody else has edited stays as it is.
 */
export async function compact(file: AccountFile, open: OpenForAppend, content: Content): Promise<Written> {
  const path = `${file.path}.new`
  let written: Written = 'edited'
  const extent = await writeWhole(path, open, content)
  try {
    written = await file.replaceBy(path, extent)
    return written
  } finally {
    if (written === 'edited') await forget(path, extent)
  }
}

/** Writes the same to a file of its own, whole or not at all. */
export async function writeCopy(path: string, open: OpenForAppend, content: Content): Promise<void> {
  const unfinished = `${path}.new`
  const extent = await writeWhole(unfinished, open, content)
  try {
    await rename(unfinished, path)
    await syncDirectory(dirname(path))
  } finally {
    await forget(unfinished, extent)
  }
}

async function writeWhole(
  path: string,
  open: OpenForAppend,
  { comments, accounts }: Content,
): Promise<Extent> {
  // One may be left from a crash; opening with `ax` then makes sure that nobody has put a link in its place.
  await rm(path, { force: true })
  const handle = await open(path, 'ax')
  let length = 0
  try {
    for (const chunk of chunks(comments, accounts)) {
      await handle.appendFile(chunk)
      length += chunk.length
    }
    await handle.sync()
    return { handle, length }
  } catch (error) {
    await forget(path, { handle, length })
    throw error
  }
}

async function forget(path: string, { handle }: Extent): Promise<void> {
  await handle.close().catch(() => undefined)
  await rm(path, { force: true }).catch(() => undefined)
}

function* chunks(comments: readonly string[], accounts: Iterable<Account>): Generator<Buffer> {
  let text = comments.map((comment) => `${comment}\n`).join('')
  for (const account of accounts) {
    text += formatAccountLine(account)
    if (text.length < CHUNK_CHARACTERS) continue
    yield Buffer.from(text)
    text = ''
  }
  yield Buffer.from(text)
}
