import type { FileQuota, FileUsage } from '../../domain/file/file-quota.ts'
import type { StoredFile } from '../../domain/file/stored-file.ts'
import type { FileId, UserId } from '../../domain/ids.ts'
import type { Result } from '../../domain/result.ts'

type Unavailable = 'storage_unavailable'

/** So many things may refer to one file. */
export const MAX_REFERRERS = 1000

/** So many files `unreferenced` gives at once. */
export const MAX_COLLECTED = 1000

/** What is known of files beside their bytes. Each method is atomic, and what it changes is durable when it answers. */
export interface FileIndex {
  usage(owner: UserId): Promise<Result<FileUsage, Unavailable>>

  /** A file whose bytes are in the store by now. Of several that want the last room one gets it. */
  add(
    file: StoredFile,
    quota: FileQuota,
  ): Promise<Result<undefined, 'quota_exceeded' | 'storage_full' | Unavailable>>

  find(id: FileId): Promise<Result<StoredFile | undefined, Unavailable>>

  /** All of them, or none; the same referrer counts once. `file_not_found`: one is not there, or is somebody else's. */
  refer(
    ids: readonly FileId[],
    owner: UserId,
    referrer: string,
  ): Promise<Result<readonly StoredFile[], 'file_not_found' | 'too_many_references' | Unavailable>>

  /** Files that are not there, or were not referred to, stay as they are. `now` in Unix milliseconds. */
  unrefer(ids: readonly FileId[], referrer: string, now: number): Promise<Result<undefined, Unavailable>>

  /** Files to which nothing refers since before that instant, `MAX_COLLECTED` at most. */
  unreferenced(before: number): Promise<Result<readonly FileId[], Unavailable>>

  /** Unless something has come to refer to it since that instant. */
  remove(id: FileId, unreferencedBefore: number): Promise<Result<undefined, 'file_in_use' | Unavailable>>

  close(): Promise<void>
}
