import { chmod, stat } from 'node:fs/promises'
import type { Log } from '../../application/ports/system/log.ts'
import { PRIVATE_FILE, type AppendHandle, type OpenForAppend } from '../system/file-system.ts'
import type { FileEnd } from './load-accounts.ts'

/** Sees to it that a file which was read without a fault ends in a newline, and tells its length then. */
export async function mendEnd(
  path: string,
  handle: AppendHandle,
  file: { readonly length: number; readonly end: FileEnd },
  { open, log }: { readonly open: OpenForAppend; readonly log: Log },
): Promise<number> {
  switch (file.end.kind) {
    case 'newline':
      return file.length
    case 'unterminated':
      await handle.appendFile(Buffer.from('\n'))
      await handle.sync()
      log.warn({ path }, 'the last line of the account file had no newline: kept; was it edited by hand?')
      return file.length + 1
    case 'torn': {
      const { bytes } = file.end
      const saved = `${path}.torn`
      await save(saved, bytes, open)
      await handle.truncate(file.length - bytes.length)
      await handle.sync()
      log.warn(
        { path, saved, bytes: bytes.length },
        'the last line of the account file was written by half, as a crash does: cut off and saved',
      )
      return file.length - bytes.length
    }
    default:
      return file.end satisfies never
  }
}

/** Takes the file from other users of the machine, if they could read or write it. */
export async function makePrivate(path: string, holdsAccounts: boolean, log: Log): Promise<void> {
  const mode = (await stat(path)).mode & 0o777
  if ((mode & 0o077) === 0) return
  try {
    await chmod(path, PRIVATE_FILE)
  } catch (error) {
    log.warn(
      { err: error, path },
      'other users of this machine can read the password hashes: chmod 600 the file',
    )
    return
  }
  if (!holdsAccounts) return
  log.warn(
    { path, mode: mode.toString(8) },
    'other users of this machine could open the account file: its mode is 600 now',
  )
}

// Appended to what an earlier crash may have left, of which nothing is to be lost.
async function save(path: string, bytes: Buffer, open: OpenForAppend): Promise<void> {
  const handle = await open(path, 'a')
  try {
    await handle.appendFile(bytes)
    await handle.sync()
  } finally {
    await handle.close()
  }
}
