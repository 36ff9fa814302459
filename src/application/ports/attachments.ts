import type { UserId } from '../../domain/ids.ts'
import type { Attachment } from '../../domain/message.ts'
import type { Result } from '../../domain/result.ts'

/** What messages need to know of files. */
export interface Attachments {
  /** The files that the user may send, in their order; from now on a message refers to them. */
  refer(
    files: readonly string[],
    by: UserId,
  ): Promise<Result<readonly Attachment[], 'file_not_found' | 'storage_unavailable'>>
  /** No message refers to these any more. */
  unrefer(files: readonly string[]): Promise<void>
}
