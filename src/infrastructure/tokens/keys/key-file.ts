import { open, stat } from 'node:fs/promises'
import { errorCode } from '../../../domain/error-code.ts'
import { err, ok, type Result } from '../../../domain/result.ts'
import { writePrivateFile } from '../../system/write-private-file.ts'
import { formatStoredKeys, parseStoredKeys, type StoredKeys } from './stored-keys.ts'

const MAX_BYTES = 65_536

/** The keys of the file, undefined where there is none, or one sentence that says what is wrong with it. */
export async function readKeyFile(path: string): Promise<Result<StoredKeys | undefined, string>> {
  const fault = (what: string) => err(`${path}: the key for tokens cannot be used: ${what}`)
  try {
    // To open a FIFO may never end.
    const found = await stat(path)
    const { size, mode } = found
    if (!found.isFile()) return fault('it is not a file')
    if ((mode & 0o077) !== 0 && process.platform !== 'win32') {
      return fault(
        `other users of this machine may open it (mode ${(mode & 0o777).toString(8)}); chmod 600 it, or delete it if somebody may have read it`,
      )
    }
    if (size > MAX_BYTES) return fault('it is too large to be one')
    const handle = await open(path, 'r')
    try {
      const keys = parseStoredKeys(await handle.readFile('utf8'))
      return keys.ok ? keys : fault(keys.error)
    } finally {
      await handle.close()
    }
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return ok(undefined)
    return fault(error instanceof Error ? error.message : String(error))
  }
}

/** Puts the keys in the place of the file, whole or not at all; durable when done. */
export function writeKeyFile(path: string, keys: StoredKeys): Promise<void> {
  return writePrivateFile(path, formatStoredKeys(keys))
}
