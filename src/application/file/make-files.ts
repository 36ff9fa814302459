import { contentKey, type StoredFile, thumbnailKey } from '../../domain/file/stored-file.ts'
import { parseFileId } from '../../domain/ids.ts'
import { err, ok } from '../../domain/result.ts'
import type { FileIndex } from '../ports/file-index.ts'
import type { FileDescription, Files } from '../ports/files.ts'
import type { Clock } from '../ports/system/clock.ts'

interface Deps {
  readonly index: FileIndex
  readonly clock: Clock
}

/** Files, for what refers to them. */
export function makeFiles({ index, clock }: Deps): Files {
  return {
    async refer(files, by, referrer) {
      const ids = [...new Set(files)].map(parseFileId)
      const known = ids.flatMap((id) => (id === undefined ? [] : [id]))
      if (known.length < ids.length) return err('file_not_found')
      const referred = await index.refer(known, by, referrer)
      return referred.ok ? ok(referred.value.map(describeFile)) : referred
    },

    unrefer: (files, referrer) => index.unrefer(files, referrer, clock.wallMs()),

    async describe(file) {
      const found = await index.find(file)
      if (!found.ok) return found
      return ok(found.value === undefined ? undefined : describeFile(found.value))
    },
  }
}

export function describeFile({ id, name, type, bytes, thumbnailBytes }: StoredFile): FileDescription {
  return {
    id,
    name,
    type,
    bytes,
    key: contentKey(id),
    thumbnailKey: thumbnailBytes === 0 ? null : thumbnailKey(id),
  }
}
