import { cleanFileName } from '../../domain/file/file-name.ts'
import { type FileQuota, LEAST_BYTES, quotaFault } from '../../domain/file/file-quota.ts'
import { HEAD_BYTES, mediaTypeOf, PICTURE_TYPES } from '../../domain/file/media-type.ts'
import { contentKey, type StoredFile, thumbnailKey } from '../../domain/file/stored-file.ts'
import type { FileId, UserId } from '../../domain/ids.ts'
import { err, ok, type Result } from '../../domain/result.ts'
import type { FileIndex } from '../ports/file-index.ts'
import type { Content, FileStore } from '../ports/file-store.ts'
import type { FileDescription } from '../ports/files.ts'
import type { Clock } from '../ports/system/clock.ts'
import type { Ids } from '../ports/system/ids.ts'
import type { Thumbnailer } from '../ports/thumbnailer.ts'
import { removeBytes } from './collect-files.ts'
import { describeFile } from './make-files.ts'

type UploadRefusal = 'file_too_large' | 'quota_exceeded' | 'storage_full' | 'storage_unavailable'

export interface Upload {
  /** As the client calls it. */
  readonly name: string
  /** Throws where it ends before its end. */
  readonly content: Content
}

interface Deps {
  readonly index: FileIndex
  readonly store: FileStore
  readonly ids: Pick<Ids, 'file'>
  readonly clock: Clock
  readonly quota: FileQuota
  readonly maxBytes: number
  readonly thumbnails: Pick<Thumbnailer, 'make'>
}

export interface TakeUpload {
  /** Why a file of so many bytes would not be taken, to be asked before they come. */
  readonly faultOf: (
    owner: UserId,
    bytes: number,
    /** What else of theirs is on its way. */
    underWay?: number,
  ) => Promise<UploadRefusal | undefined>
  /** Durable when it answers. What the content throws is thrown, and nothing is left of it then. */
  readonly take: (owner: UserId, upload: Upload) => Promise<Result<FileDescription, UploadRefusal>>
}

/** Of what is larger no thumbnail is made: it is held in memory for that. */
const MAX_PICTURE_BYTES = 67_108_864

class TooLarge extends Error {}

/** A file on its way into the store: its bytes first, then what is known of it, so that nothing is known that is not there. */
export function makeTakeUpload({ index, store, ids, clock, quota, maxBytes, thumbnails }: Deps): TakeUpload {
  return { faultOf, take }

  async function faultOf(owner: UserId, bytes: number, underWay = 0): Promise<UploadRefusal | undefined> {
    if (bytes > maxBytes) return 'file_too_large'
    const usage = await index.usage(owner)
    if (!usage.ok) return usage.error
    return quotaFault(usage.value, 0, Math.max(LEAST_BYTES, bytes) + underWay, quota)
  }

  async function take(
    owner: UserId,
    { name, content }: Upload,
  ): Promise<Result<FileDescription, UploadRefusal>> {
    const id = ids.file()
    const { head, whole } = await begin(limited(content, maxBytes))
    const type = mediaTypeOf(head)
    const written = await writeOrRefuse(contentKey(id), whole, type)
    if (!written.ok) return written
    const thumbnailBytes = PICTURE_TYPES.has(type) ? await addThumbnail(id, written.value) : 0
    const now = clock.wallMs()
    const file: StoredFile = {
      id,
      owner,
      name: cleanFileName(name),
      type,
      bytes: written.value,
      thumbnailBytes,
      createdAt: now,
      referrers: [],
      unreferencedSince: now,
    }
    const added = await index.add(file, quota)
    if (added.ok) return ok(describeFile(file))
    // Without an answer nobody knows whether it is in the index: then the next sweep decides.
    if (added.error !== 'storage_unavailable') await removeBytes(store, id)
    return added
  }

  /** How large it is; 0 where there is none, which is no reason to refuse the picture. */
  async function addThumbnail(id: FileId, bytes: number): Promise<number> {
    if (bytes > MAX_PICTURE_BYTES) return 0
    const picture = await store.read(contentKey(id), undefined)
    if (!picture.ok || picture.value === undefined) return 0
    const thumbnail = await thumbnails.make(picture.value)
    if (thumbnail === undefined) return 0
    const written = await store.write(thumbnailKey(id), once(thumbnail), 'image/jpeg')
    return written.ok ? written.value : 0
  }

  async function writeOrRefuse(
    key: string,
    content: Content,
    type: string,
  ): Promise<Result<number, UploadRefusal>> {
    try {
      return await store.write(key, content, type)
    } catch (error) {
      if (error instanceof TooLarge) return err('file_too_large')
      throw error
    }
  }
}

async function* once(bytes: Uint8Array): Content {
  await Promise.resolve()
  yield bytes
}

async function* limited(content: Content, maxBytes: number): Content {
  let bytes = 0
  for await (const piece of content) {
    bytes += piece.byteLength
    if (bytes > maxBytes) throw new TooLarge()
    yield piece
  }
}

/** Looks at the beginning, and gives the whole all the same. */
async function begin(content: Content): Promise<{ readonly head: Uint8Array; readonly whole: Content }> {
  const iterator = content[Symbol.asyncIterator]()
  const pieces: Uint8Array[] = []
  let length = 0
  while (length < HEAD_BYTES) {
    const next = await iterator.next()
    if (next.done === true) break
    pieces.push(next.value)
    length += next.value.byteLength
  }
  const head = new Uint8Array(HEAD_BYTES)
  let filled = 0
  for (const piece of pieces) {
    const part = piece.subarray(0, HEAD_BYTES - filled)
    head.set(part, filled)
    filled += part.byteLength
  }
  return { head: head.subarray(0, filled), whole: rejoined() }

  async function* rejoined(): Content {
    try {
      yield* pieces
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next())
        yield next.value
    } finally {
      await iterator.return?.()
    }
  }
}
