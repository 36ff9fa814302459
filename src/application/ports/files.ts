import type { StoredFile } from '../../domain/file/stored-file.ts'
import type { FileId, UserId } from '../../domain/ids.ts'
import type { Result } from '../../domain/result.ts'

/** What may be told of a file to whoever may see what refers to it. */
export type FileDescription = Pick<StoredFile, 'id' | 'name' | 'type' | 'bytes'> & {
  readonly key: string
  /** Null where there is no thumbnail. */
  readonly thumbnailKey: string | null
}

/**
 * Files for what refers to them, say messages. What nothing refers to is collected after a while. A referrer is a name that
 * nothing else has, such as a message's id. First refer, then commit what refers: what comes of a crash between the two is
 * a file that stays, and no message without its file. Answers are durable.
 */
export interface Files {
  /** All of them or none. Only who has uploaded them may; to do it again with the same referrer changes nothing. */
  refer(
    files: readonly string[],
    by: UserId,
    referrer: string,
  ): Promise<
    Result<readonly FileDescription[], 'file_not_found' | 'too_many_references' | 'storage_unavailable'>
  >
  /** The referrer is gone, or has let go of these. */
  unrefer(files: readonly FileId[], referrer: string): Promise<Result<undefined, 'storage_unavailable'>>
  describe(file: FileId): Promise<Result<FileDescription | undefined, 'storage_unavailable'>>
}

/** Who may see a file beside its uploader: whoever may see something that refers to it. */
export interface FileReaders {
  maySee(user: UserId, referrers: readonly string[]): Promise<boolean>
}
