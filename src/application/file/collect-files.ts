import { contentKey, thumbnailKey } from '../../domain/file/stored-file.ts'
import { type FileId, parseFileId } from '../../domain/ids.ts'
import type { FileIndex } from '../ports/file-index.ts'
import type { FileStore } from '../ports/file-store.ts'
import type { Clock } from '../ports/system/clock.ts'
import type { Log } from '../ports/system/log.ts'

interface Deps {
  readonly index: FileIndex
  readonly store: FileStore
  readonly clock: Clock
  readonly log: Log
  readonly keepUnreferencedMs: number
}

export type CollectFiles = () => Promise<void>

/** What is in the store so much longer than in the index was left by a crash. An upload may just be between the two. */
const ORPHAN_MS = 60 * 60 * 1000

/** Removes files to which nothing refers for too long, and bytes that belong to no file. One that fails is tried again the next time. */
export function makeCollectFiles({ index, store, clock, log, keepUnreferencedMs }: Deps): CollectFiles {
  return async () => {
    const now = clock.wallMs()
    const files = await collectUnreferenced(now - keepUnreferencedMs)
    let orphans = 0
    await store.sweep(now - ORPHAN_MS, async (key) => {
      const id = fileOfKey(key)
      if (id === undefined) return
      const found = await index.find(id)
      if (!found.ok || found.value !== undefined) return
      orphans += 1
      await store.remove(key)
    })
    if (files + orphans > 0) log.info({ files, orphans }, 'files that nobody needs were removed')
  }

  async function collectUnreferenced(before: number): Promise<number> {
    let collected = 0
    for (;;) {
      const found = await index.unreferenced(before)
      if (!found.ok || found.value.length === 0) return collected
      const earlier = collected
      for (const id of found.value) {
        const removed = await removeFile({ index, store }, id, before)
        if (removed.ok) collected += 1
      }
      // Where nothing can be removed, to look again at once would never end.
      if (collected === earlier) return collected
    }
  }
}

/** Its bytes last: what is left by a crash between the two belongs to no file, and is swept. */
export async function removeFile(
  { index, store }: Pick<Deps, 'index' | 'store'>,
  id: FileId,
  unreferencedBefore: number,
): ReturnType<FileIndex['remove']> {
  const removed = await index.remove(id, unreferencedBefore)
  if (removed.ok) await removeBytes(store, id)
  return removed
}

export async function removeBytes(store: Pick<FileStore, 'remove'>, id: FileId): Promise<void> {
  await Promise.all([store.remove(contentKey(id)), store.remove(thumbnailKey(id))])
}

/** Of keys that are of our making. */
function fileOfKey(key: string): FileId | undefined {
  return parseFileId(key.endsWith('.jpg') ? key.slice(0, -'.jpg'.length) : key)
}
