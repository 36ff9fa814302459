import type { ResumedCall } from '../protocol/messages/resumption.ts'

/** What a session that goes on finds. */
export interface Resumed {
  /** The call that it is in, as it is after the last of the missed messages. */
  readonly call: ResumedCall | null
  /** How many missed messages follow. */
  readonly replayed: number
}
