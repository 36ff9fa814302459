import type { CallId, SessionId, UserId } from '../../../domain/ids.ts'

/** Fresh ids that nobody can guess. */
export interface Ids {
  user(): UserId
  call(): CallId
  session(): SessionId
  /** Lets somebody into a room. */
  invite(): string
}
