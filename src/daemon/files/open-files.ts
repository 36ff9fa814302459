import { join } from 'node:path'
import { type CollectFiles, makeCollectFiles } from '../../application/file/collect-files.ts'
import { makeFiles } from '../../application/file/make-files.ts'
import { makeTakeUpload, type TakeUpload } from '../../application/file/take-upload.ts'
import type { FileIndex } from '../../application/ports/file-index.ts'
import type { FileStore } from '../../application/ports/file-store.ts'
import type { Files } from '../../application/ports/files.ts'
import type { Clock } from '../../application/ports/system/clock.ts'
import type { Log } from '../../application/ports/system/log.ts'
import type { Config } from '../../config/schema.ts'
import type { FileQuota } from '../../domain/file/file-quota.ts'
import { openFileDirectory } from '../../infrastructure/files/file-directory.ts'
import { createMemoryFileIndex, openFileIndex } from '../../infrastructure/files/kept-file-index.ts'
import { createThumbnailer } from '../../infrastructure/pictures/thumbnailer.ts'
import { PartialUploads } from '../../infrastructure/files/partial-uploads.ts'
import type { AccountDatabase } from '../../infrastructure/postgres/open-postgres.ts'
import { randomIds } from '../../infrastructure/system/random-ids.ts'

/** Uploaded files, and what is done with them. */
export interface OpenFiles {
  readonly index: FileIndex
  readonly store: FileStore
  readonly quota: FileQuota
  readonly takeUpload: TakeUpload
  readonly maxBytes: number
  /** Uploads that can be cut and gone on with. */
  readonly partials: PartialUploads
  /** For what refers to files. */
  readonly files: Files
  /** `now` in monotonic milliseconds. */
  tick(now: number): void
  close(): Promise<void>
}

interface Parts {
  readonly clock: Clock
  readonly log: Log
  /** Of a database; undefined where there is none. */
  readonly openDatabaseIndex: AccountDatabase['openFileIndex'] | undefined
}

const HOUR_MS = 60 * 60 * 1000

/** How often it is looked for what nobody needs any more; the first time at the start. */
const COLLECT_EVERY_MS = HOUR_MS

/** Throws a StartupError where they cannot be opened. */
export async function openFiles(
  config: Config,
  { clock, log, openDatabaseIndex }: Parts,
): Promise<OpenFiles> {
  const { uploads, persistence } = config
  const path = uploads.path === '' ? join(persistence.data_directory, 'uploads') : uploads.path
  const quota: FileQuota = {
    maxBytesPerUser: uploads.max_bytes_per_user,
    maxFilesPerUser: uploads.max_files_per_user,
    maxTotalBytes: uploads.max_total_bytes,
  }
  const store = await openStore()
  const index = await openIndex()
  const keepMs = uploads.keep_unreferenced_hours * HOUR_MS
  const partials = await PartialUploads.open({ path: join(path, 'tus'), keepMs })
  const thumbnails = createThumbnailer()
  const collect = makeCollectFiles({
    index,
    store,
    clock,
    log,
    keepUnreferencedMs: keepMs,
  })
  const collecting = inTheBackground(async () => {
    await partials.deleteExpired()
    await collect()
  }, log)
  return {
    index,
    store,
    quota,
    partials,
    maxBytes: uploads.max_bytes,
    takeUpload: makeTakeUpload({
      index,
      store,
      ids: randomIds,
      clock,
      quota,
      maxBytes: uploads.max_bytes,
      thumbnails,
    }),
    files: makeFiles({ index, clock }),
    tick(now) {
      collecting.tick(now)
    },
    async close() {
      thumbnails.close()
      await collecting.ended()
      await store.close()
      await index.close()
    },
  }

  function openStore(): Promise<FileStore> {
    if (uploads.s3.bucket === '') return Promise.resolve(openFileDirectory({ path, log }))
    return openS3(uploads.s3, log)
  }

  function openIndex(): Promise<FileIndex> {
    if (openDatabaseIndex !== undefined) return openDatabaseIndex()
    if (!persistence.enable_persistence) return Promise.resolve(createMemoryFileIndex())
    return openFileIndex(join(path, 'index.jsonl'))
  }
}

/** Few want it, and it brings packages of its own. */
async function openS3(
  {
    endpoint,
    region,
    bucket,
    path_style,
    access_key_id,
    secret_access_key,
    presigned,
  }: Config['uploads']['s3'],
  log: Log,
): Promise<FileStore> {
  const { openS3Store } = await import('../../infrastructure/s3/s3-store.ts')
  return openS3Store({
    settings: {
      endpoint: endpoint === '' ? undefined : endpoint,
      region,
      bucket,
      pathStyle: path_style,
      credentials:
        access_key_id === '' ? undefined : { accessKeyId: access_key_id, secretAccessKey: secret_access_key },
      presigned,
    },
    log,
  })
}

function inTheBackground(collect: CollectFiles, log: Log) {
  let next = -Infinity
  let running: Promise<void> | undefined
  return {
    tick(now: number) {
      if (now < next || running !== undefined) return
      next = now + COLLECT_EVERY_MS
      running = collect()
        .catch((error: unknown) => {
          log.error({ err: error }, 'files that nobody needs could not be removed')
        })
        .finally(() => (running = undefined))
    },
    ended: async () => {
      await running
    },
  }
}
