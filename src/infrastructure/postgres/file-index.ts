import { type FileIndex, MAX_COLLECTED, MAX_REFERRERS } from '../../application/ports/file-index.ts'
import { NO_FILES, quotaFault, weightOf } from '../../domain/file/file-quota.ts'
import type { StoredFile } from '../../domain/file/stored-file.ts'
import { parseFileId, parseUserId } from '../../domain/ids.ts'
import { err, ok } from '../../domain/result.ts'
import type { Database, Statement } from './database.ts'

/** `int8` comes as text. */
interface Row {
  readonly id: string
  readonly owner: string
  readonly name: string
  readonly type: string
  readonly bytes: string
  readonly thumbnail_bytes: string
  readonly created_at: string
  readonly referrers: readonly string[]
  readonly unreferenced_since: string
}

const COLUMNS = 'id, owner, name, type, bytes, thumbnail_bytes, created_at, referrers, unreferenced_since'

const ADD: Statement = {
  name: 'add_file',
  text: `INSERT INTO roomrtc.files (${COLUMNS}, weight) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
}

const USAGE: Statement = {
  name: 'file_usage',
  text: 'SELECT coalesce(sum(weight), 0) AS bytes, count(*) AS files FROM roomrtc.files WHERE owner = $1',
}

const TOTAL: Statement = {
  name: 'file_total',
  text: 'SELECT coalesce(sum(weight), 0) AS bytes FROM roomrtc.files',
}

const FIND: Statement = { name: 'find_file', text: `SELECT ${COLUMNS} FROM roomrtc.files WHERE id = $1` }

const FIND_OWN: Statement = {
  name: 'find_own_files',
  text: `SELECT ${COLUMNS} FROM roomrtc.files WHERE id = ANY ($1::uuid[]) AND owner = $2`,
}

const REFER: Statement = {
  name: 'refer_to_files',
  text: `UPDATE roomrtc.files SET referrers = array_append(referrers, $2::text)
    WHERE id = ANY ($1::uuid[]) AND NOT $2 = ANY (referrers) AND cardinality(referrers) < $3 RETURNING id`,
}

const UNREFER: Statement = {
  name: 'unrefer_to_files',
  text: `UPDATE roomrtc.files SET referrers = array_remove(referrers, $2::text),
      unreferenced_since = coalesce($3::bigint, unreferenced_since)
    WHERE id = ANY ($1::uuid[]) AND $2 = ANY (referrers)`,
}

const UNREFERENCED: Statement = {
  name: 'unreferenced_files',
  text: `SELECT id FROM roomrtc.files WHERE cardinality(referrers) = 0 AND unreferenced_since < $1
    ORDER BY unreferenced_since LIMIT ${MAX_COLLECTED}`,
}

const REMOVE: Statement = {
  name: 'remove_file',
  text: `DELETE FROM roomrtc.files WHERE id = $1 AND cardinality(referrers) = 0 AND unreferenced_since < $2
    RETURNING id`,
}

const TAKE_BACK: Statement = { name: 'take_back_file', text: 'DELETE FROM roomrtc.files WHERE id = $1' }

/** In a table, which several processes share. */
export function createPostgresFileIndex(database: Database): FileIndex {
  const unavailable = err('storage_unavailable' as const)
  return {
    usage: usageOf,

    // Entered first and then counted: what others enter meanwhile counts too, so that together they keep to the quota.
    async add(file, quota) {
      const { id, owner, name, type, bytes, thumbnailBytes, createdAt, referrers, unreferencedSince } = file
      const weight = weightOf(file)
      const values = [id, owner, name, type, bytes, thumbnailBytes, createdAt, referrers, unreferencedSince]
      const added = await database.run(ADD, [...values, weight])
      if (!added.ok) return unavailable
      const usage = await usageOf(owner)
      const total = await database.run<{ bytes: string }>(TOTAL, [])
      if (!usage.ok || !total.ok) return unavailable
      const others = { bytes: usage.value.bytes - weight, files: usage.value.files - 1 }
      const fault = quotaFault(others, Number(total.value[0]?.bytes ?? 0) - weight, weight, quota)
      if (fault === undefined) return ok(undefined)
      await database.run(TAKE_BACK, [id])
      return err(fault)
    },

    async find(id) {
      const found = await database.run<Row>(FIND, [id])
      return found.ok ? ok(found.value.map(fileOf)[0]) : unavailable
    },

    async refer(ids, owner, referrer) {
      const own = await database.run<Row>(FIND_OWN, [ids, owner])
      if (!own.ok) return unavailable
      if (own.value.length < ids.length) return err('file_not_found')
      const files = own.value.map(fileOf)
      const missing = files.filter(({ referrers }) => !referrers.includes(referrer)).map(({ id }) => id)
      const referred = await database.run<{ id: string }>(REFER, [missing, referrer, MAX_REFERRERS])
      if (!referred.ok) return unavailable
      if (referred.value.length === missing.length) return ok(files)
      // One has been removed meanwhile, or is full.
      const undone = await database.run(UNREFER, [referred.value.map(({ id }) => id), referrer, null])
      if (!undone.ok) return unavailable
      const isFull = files.some(({ referrers }) => referrers.length >= MAX_REFERRERS)
      return err(isFull ? 'too_many_references' : 'file_not_found')
    },

    async unrefer(ids, referrer, now) {
      const done = await database.run(UNREFER, [ids, referrer, now])
      return done.ok ? ok(undefined) : unavailable
    },

    async unreferenced(before) {
      const found = await database.run<{ id: string }>(UNREFERENCED, [before])
      return found.ok ? ok(found.value.flatMap(({ id }) => parseFileId(id) ?? [])) : unavailable
    },

    async remove(id, unreferencedBefore) {
      const removed = await database.run(REMOVE, [id, unreferencedBefore])
      if (!removed.ok) return unavailable
      if (removed.value.length > 0) return ok(undefined)
      const left = await database.run(FIND, [id])
      if (!left.ok) return unavailable
      return left.value.length === 0 ? ok(undefined) : err('file_in_use')
    },

    // It has nothing of its own.
    close: () => Promise.resolve(),
  }

  async function usageOf(owner: string): ReturnType<FileIndex['usage']> {
    const found = await database.run<{ bytes: string; files: string }>(USAGE, [owner])
    if (!found.ok) return unavailable
    const row = found.value[0]
    return ok(row === undefined ? NO_FILES : { bytes: Number(row.bytes), files: Number(row.files) })
  }
}

function fileOf({ bytes, thumbnail_bytes, created_at, unreferenced_since, ...row }: Row): StoredFile {
  const id = parseFileId(row.id)
  const owner = parseUserId(row.owner)
  if (id === undefined || owner === undefined) throw new Error('the table holds what was entered here')
  return {
    id,
    owner,
    name: row.name,
    type: row.type,
    bytes: Number(bytes),
    thumbnailBytes: Number(thumbnail_bytes),
    createdAt: Number(created_at),
    referrers: row.referrers,
    unreferencedSince: Number(unreferenced_since),
  }
}
