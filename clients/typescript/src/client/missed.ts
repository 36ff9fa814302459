import type { EndReason } from '../call/call-state.ts'
import type { Person } from '../users/person.ts'

/** A call that came and went while the client was away. */
export interface Missed {
  readonly id: string
  readonly from: Person
  /** How it ended: `timeout`, `hangup` where the caller took it back, or another word of the server. */
  readonly reason: EndReason
}
