import { open, realpath, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { PRIVATE_DIRECTORY, PRIVATE_FILE, syncDirectory } from './file-system.ts'
import { makeDirectory } from './make-directory.ts'

/** Puts a text in the place of a file that only its owner can read, whole or not at all; durable when done. */
export async function writePrivateFile(path: string, text: string): Promise<void> {
  makeDirectory(dirname(path), PRIVATE_DIRECTORY)
  // A rename would replace a link and leave the file behind it as it is.
  const real = await realpath(path).catch(() => path)
  const unfinished = `${real}.new`
  await rm(unfinished, { force: true })
  const handle = await open(unfinished, 'wx', PRIVATE_FILE)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(unfinished, real)
  await syncDirectory(dirname(real))
}
