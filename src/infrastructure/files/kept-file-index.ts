import { z } from 'zod'
import { type FileIndex, MAX_COLLECTED, MAX_REFERRERS } from '../../application/ports/file-index.ts'
import { type FileUsage, NO_FILES, quotaFault, weightOf } from '../../domain/file/file-quota.ts'
import type { StoredFile } from '../../domain/file/stored-file.ts'
import { type FileId, parseFileId, parseUserId, type UserId } from '../../domain/ids.ts'
import { err, ok } from '../../domain/result.ts'
import { KeptValues } from '../kept-values/kept-values.ts'
import { memoryValues } from '../kept-values/memory-values.ts'

const record = z.object({
  owner: z.string().transform((text, context) => parseUserId(text) ?? refuse(context)),
  name: z.string(),
  type: z.string(),
  bytes: z.int().min(0),
  thumbnailBytes: z.int().min(0),
  createdAt: z.number(),
  referrers: z.array(z.string()).max(MAX_REFERRERS),
  unreferencedSince: z.number(),
})
type Record = z.output<typeof record>

/** What it needs of `KeptValues`. */
type Kept = Pick<KeptValues<Record>, 'get' | 'set' | 'entries' | 'close'>

/** In a file, each change a line of it. Throws a StartupError where it cannot be read. */
export async function openFileIndex(path: string): Promise<FileIndex> {
  return createFileIndex(await KeptValues.open({ path, parse: (value) => record.parse(value) }))
}

/** Lasts as long as the process, for `enable_persistence: false`. */
export function createMemoryFileIndex(): FileIndex {
  return createFileIndex(memoryValues())
}

function createFileIndex(kept: Kept): FileIndex {
  const usages = new Map<UserId, FileUsage>()
  let total = 0
  for (const [, file] of kept.entries()) count(file, 1)
  /** Changes, one after another: each sees what the one before has written. */
  let last: Promise<unknown> = Promise.resolve()

  return {
    usage: (owner) => Promise.resolve(ok(usages.get(owner) ?? NO_FILES)),

    async add({ id, ...file }, quota) {
      const usage = usages.get(file.owner) ?? NO_FILES
      const fault = quotaFault(usage, total, weightOf(file), quota)
      if (fault !== undefined) return err(fault)
      // Its room is taken at once, so that files that are written at the same time do not share it.
      count(file, 1)
      const saved = await kept.set(id, { ...file, referrers: [...file.referrers] })
      if (!saved) count(file, -1)
      return saved ? ok(undefined) : err('storage_unavailable')
    },

    find: (id) => Promise.resolve(ok(find(id))),

    refer: (ids, owner, referrer) =>
      inTurn(async () => {
        const files = ids.flatMap((id) => find(id) ?? [])
        if (files.length < ids.length || files.some((file) => file.owner !== owner))
          return err('file_not_found')
        const missing = files.filter(({ referrers }) => !referrers.includes(referrer))
        if (missing.some(({ referrers }) => referrers.length >= MAX_REFERRERS))
          return err('too_many_references')
        const changed = missing.map((file) => ({ ...file, referrers: [...file.referrers, referrer] }))
        return (await saveAll(changed)) ? ok(files) : err('storage_unavailable')
      }),

    unrefer: (ids, referrer, now) =>
      inTurn(async () => {
        const files = [...new Set(ids)].flatMap((id) => find(id) ?? [])
        const changed = files
          .filter(({ referrers }) => referrers.includes(referrer))
          .map((file) => ({
            ...file,
            referrers: file.referrers.filter((other) => other !== referrer),
            unreferencedSince: now,
          }))
        return (await saveAll(changed)) ? ok(undefined) : err('storage_unavailable')
      }),

    unreferenced(before) {
      const found: FileId[] = []
      for (const [key, { referrers, unreferencedSince }] of kept.entries()) {
        const id = parseFileId(key)
        if (id === undefined || referrers.length > 0 || unreferencedSince >= before) continue
        found.push(id)
        if (found.length >= MAX_COLLECTED) break
      }
      return Promise.resolve(ok(found))
    },

    remove: (id, unreferencedBefore) =>
      inTurn(async () => {
        const file = kept.get(id)
        if (file === undefined) return ok(undefined)
        if (file.referrers.length > 0 || file.unreferencedSince >= unreferencedBefore)
          return err('file_in_use')
        if (!(await kept.set(id, undefined))) return err('storage_unavailable')
        count(file, -1)
        return ok(undefined)
      }),

    close: () => kept.close(),
  }

  function find(id: FileId): StoredFile | undefined {
    const file = kept.get(id)
    return file === undefined ? undefined : { id, ...file }
  }

  /** They are asked for in the same tick, and so written together or not at all. */
  async function saveAll(files: readonly (Omit<StoredFile, 'referrers'> & { referrers: string[] })[]) {
    const saved = await Promise.all(files.map(({ id, ...file }) => kept.set(id, file)))
    return saved.every(Boolean)
  }

  function count(file: Record | Omit<StoredFile, 'id'>, by: 1 | -1): void {
    const { bytes, files } = usages.get(file.owner) ?? NO_FILES
    const weight = by * weightOf(file)
    total += weight
    if (files + by === 0) usages.delete(file.owner)
    else usages.set(file.owner, { bytes: bytes + weight, files: files + by })
  }

  function inTurn<Value>(change: () => Promise<Value>): Promise<Value> {
    const done = last.then(change)
    last = done.catch(() => undefined)
    return done
  }
}

function refuse(context: z.RefinementCtx): never {
  context.addIssue('no id of a user')
  return z.NEVER
}
