import { open } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** A way to the names beside a file that a socket can have: the address of one takes about a hundred bytes. */
export interface ShortPath {
  to(name: string): string
  close(): Promise<void>
}

const LONGEST = 100

/** Linux leads from an open directory to what is in it, however long the directory's own path is. */
export async function shortPath(file: string): Promise<ShortPath> {
  const directory = dirname(file)
  const isLong = Buffer.byteLength(join(directory, 'x'.repeat(40))) > LONGEST
  if (!isLong || process.platform !== 'linux')
    return { to: (name) => join(directory, name), close: () => Promise.resolve() }
  const handle = await open(directory, 'r')
  return { to: (name) => `/proc/self/fd/${handle.fd}/${name}`, close: () => handle.close() }
}
