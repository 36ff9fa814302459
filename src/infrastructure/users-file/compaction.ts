import { rm } from 'node:fs/promises'
import type { Account } from '../../domain/user.ts'
import type { AccountFile } from './account-file.ts'
import { formatAccountLine } from './account-line.ts'
import type { OpenForAppend } from '../file-system.ts'

/** Keeps memory flat and lets other work run in between, however many accounts there are. */
const CHUNK_CHARACTERS = 256 * 1024

/** Replaces the account file by one with the comments and a single line for each account. A failure changes nothing. */
export async function compact(
  file: AccountFile,
  open: OpenForAppend,
  comments: readonly string[],
  accounts: Iterable<Account>,
): Promise<void> {
  const path = `${file.path}.new`
  // One may be left from a crash; opening with `ax` then makes sure that nobody has put a link in its place.
  await rm(path, { force: true })
  const handle = await open(path, 'ax')
  try {
    let length = 0
    for (const chunk of chunks(comments, accounts)) {
      await handle.appendFile(chunk)
      length += chunk.length
    }
    await handle.sync()
    await file.replaceBy(path, { handle, length })
  } catch (error) {
    await handle.close().catch(() => undefined)
    await rm(path, { force: true }).catch(() => undefined)
    throw error
  }
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
