import { chmodSync, lstatSync, mkdtempSync, renameSync, rmSync, type Stats, unlinkSync } from 'node:fs'
import { once } from 'node:events'
import type { Server } from 'node:net'
import { dirname, join } from 'node:path'
import { err, ok, type Result } from '../../domain/result.ts'

/** `sun_path` of Linux has 108 bytes, of the BSDs and macOS 104, with a zero at the end. */
const MAX_PATH_BYTES = process.platform === 'linux' ? 107 : 103

/**
 * Listens on a Unix socket that nobody but the daemon's own user can ever open: it is made in a directory that is private,
 * and takes its name when its mode is right. The rename also takes the place of one that a crash has left; the lock of the
 * account file says that no other daemon uses it. Gives what takes the name away again, or the sentence for the log.
 */
export async function listenPrivately(server: Server, path: string): Promise<Result<() => void, string>> {
  const bytes = Buffer.byteLength(path)
  if (bytes > MAX_PATH_BYTES)
    return err(`its path ${path} has ${bytes} bytes, and the system allows ${MAX_PATH_BYTES}`)
  const present = statOf(path)
  if (present !== undefined && !present.isSocket()) return err(`${path} is there and is no socket`)

  // Not longer than the name of the socket, so that what fits there fits here.
  const nursery = mkdtempSync(join(dirname(path), '.r'))
  try {
    const born = join(nursery, 's')
    server.listen(born)
    await once(server, 'listening')
    chmodSync(born, 0o600)
    const own = lstatSync(born)
    renameSync(born, path)
    return ok(() => {
      const there = statOf(path)
      if (there?.ino === own.ino && there.dev === own.dev) unlinkSync(path)
    })
  } finally {
    rmSync(nursery, { recursive: true, force: true })
  }
}

function statOf(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false })
}
