import { createReadStream } from 'node:fs'
import { type FileHandle, open, opendir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Content, FileStore } from '../../application/ports/file-store.ts'
import type { Log } from '../../application/ports/system/log.ts'
import { StartupError } from '../../application/ports/system/startup-error.ts'
import { errorCode } from '../../domain/error-code.ts'
import { err, ok, type Result } from '../../domain/result.ts'
import { PRIVATE_DIRECTORY, PRIVATE_FILE, syncDirectory } from '../system/file-system.ts'
import { makeDirectory } from '../system/make-directory.ts'

interface Options {
  readonly path: string
  readonly log: Log
}

/** What is not whole yet has this behind its name. */
const UNFINISHED = '.part'

/** Keys begin with an id, whose first two letters are alike often enough: 256 directories. */
const SHARD_LETTERS = 2

type Unavailable = Result<never, 'storage_unavailable'>

/**
 * Files in a directory, each at `ab/abcd…`, readable by the daemon alone. One is written beside its place, synced and
 * renamed, and so is there whole or not at all. Throws a StartupError where the directory cannot be made.
 */
export function openFileDirectory({ path, log }: Options): FileStore {
  make(path)
  const placeOf = (key: string): string => join(path, key.slice(0, SHARD_LETTERS), key)

  return {
    async write(key, content) {
      const place = placeOf(key)
      const unfinished = place + UNFINISHED
      let handle: FileHandle
      try {
        makeDirectory(dirname(place), PRIVATE_DIRECTORY)
        handle = await open(unfinished, 'wx', PRIVATE_FILE)
      } catch (error) {
        return unavailable(error)
      }
      let isWhole = false
      try {
        const written = await fill(handle, content)
        if (!written.ok) return written
        await rename(unfinished, place)
        // The directory may be new as well.
        await syncDirectory(dirname(place))
        await syncDirectory(path)
        isWhole = true
        return written
      } finally {
        await handle.close().catch(() => undefined)
        if (!isWhole) await rm(unfinished, { force: true }).catch(() => undefined)
      }
    },

    async read(key, range) {
      try {
        const handle = await open(placeOf(key), 'r')
        const part = range === undefined ? {} : { start: range.from, end: range.to }
        return ok(createReadStream('', { fd: handle, ...part }))
      } catch (error) {
        return errorCode(error) === 'ENOENT' ? ok(undefined) : unavailable(error)
      }
    },

    async remove(key) {
      try {
        await rm(placeOf(key), { force: true })
        return ok(undefined)
      } catch (error) {
        return unavailable(error)
      }
    },

    async sweep(before, found) {
      for await (const shard of await opendir(path)) {
        if (!shard.isDirectory() || shard.name.length !== SHARD_LETTERS) continue
        for await (const file of await opendir(join(path, shard.name))) {
          const place = join(path, shard.name, file.name)
          const { mtimeMs } = await stat(place)
          if (mtimeMs >= before) continue
          if (file.name.endsWith(UNFINISHED)) await rm(place, { force: true })
          else await found(file.name)
        }
      }
    },

    directOrigin: undefined,
    directUrl: () => Promise.resolve(undefined),
    close: () => Promise.resolve(),
  }

  async function fill(handle: FileHandle, content: Content): Promise<Result<number, 'storage_unavailable'>> {
    let bytes = 0
    for await (const piece of content) {
      try {
        await handle.appendFile(piece)
      } catch (error) {
        return unavailable(error)
      }
      bytes += piece.byteLength
    }
    try {
      await handle.sync()
    } catch (error) {
      return unavailable(error)
    }
    return ok(bytes)
  }

  function unavailable(error: unknown): Unavailable {
    log.error({ path, cause: errorCode(error) ?? String(error) }, 'uploaded files cannot be written or read')
    return err('storage_unavailable')
  }
}

function make(path: string): void {
  try {
    makeDirectory(path, PRIVATE_DIRECTORY)
  } catch (error) {
    throw new StartupError([
      `uploads.path: ${path} cannot be made (${errorCode(error) ?? String(error)}); name a directory that the daemon may write`,
    ])
  }
}
