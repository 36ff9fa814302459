import { readFile, stat } from 'node:fs/promises'
import { err, ok, type Result } from '../../domain/result.ts'

const MAX_PEM_BYTES = 65_536

/** The text of a PEM file, or why it cannot be read. */
export async function readSmallFile(path: string): Promise<Result<string, string>> {
  try {
    const found = await stat(path)
    // To read a FIFO or a device may never end.
    if (!found.isFile()) return err('it is not a file')
    return found.size > MAX_PEM_BYTES ? err('it is too large') : ok(await readFile(path, 'utf8'))
  } catch (error) {
    return err(error instanceof Error ? error.message : String(error))
  }
}
