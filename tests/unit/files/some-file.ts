import { randomUUID } from 'node:crypto'
import type { FileQuota } from '../../../src/domain/file/file-quota.ts'
import type { StoredFile } from '../../../src/domain/file/stored-file.ts'
import { type FileId, parseFileId, parseUserId, type UserId } from '../../../src/domain/ids.ts'

export const ALICE = userId('alice')
export const BOB = userId('bob')

export const AMPLE: FileQuota = { maxBytesPerUser: 1e9, maxFilesPerUser: 1000, maxTotalBytes: 1e9 }

export function someFile(changes: Partial<StoredFile> = {}): StoredFile {
  return {
    id: fileId(),
    owner: ALICE,
    name: 'notes.txt',
    type: 'application/octet-stream',
    bytes: 100_000,
    thumbnailBytes: 0,
    createdAt: 1000,
    referrers: [],
    unreferencedSince: 1000,
    ...changes,
  }
}

export function fileId(): FileId {
  const id = parseFileId(randomUUID())
  if (id === undefined) throw new Error('no id')
  return id
}

function userId(text: string): UserId {
  const id = parseUserId(text)
  if (id === undefined) throw new Error('no id')
  return id
}
