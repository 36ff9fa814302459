import type { Call } from '../call/call.ts'

/** The session could not be resumed, and the client has logged in anew. */
export interface Loss {
  /** Why: `expired`, `unknown`, `replaced`, `overflow`, `too_many_attempts`, or another word of the server. */
  readonly reason: 'expired' | 'unknown' | 'replaced' | 'overflow' | 'too_many_attempts' | (string & {})
  /** The call that it has ended, with the reason `lost`. */
  readonly call: Call | undefined
  /** Audio and video may still go on from peer to peer, without the server. */
  readonly mediaMayRun: boolean
  /** How many messages of calls may not have arrived. */
  readonly unsent: number
}
