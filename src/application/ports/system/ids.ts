import type { CallId, FileId, MessageId, SessionId, UserId } from '../../../domain/ids.ts'

/** Fresh ids that nobody can guess. */
export interface Ids {
  user(): UserId
  call(): CallId
  session(): SessionId
  file(): FileId
  /** Lets somebody into a room. */
  invite(): string
  /** Tells a room from a later one with its id. */
  roomLife(): string
  /** Later ones sort after earlier ones. `at`: the time that is in it, in Unix milliseconds, `wallMs` or hardly later. */
  message(wallMs: number): { readonly id: MessageId; readonly at: number }
}
