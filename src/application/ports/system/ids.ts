import type { CallId, FileId, SessionId, UserId } from '../../../domain/ids.ts'

/** Fresh ids that nobody can guess. */
export interface Ids {
  user(): UserId
  call(): CallId
  session(): SessionId
  file(): FileId
  /** Lets somebody into a room. */
  invite(): string
}
