import type { PartyRole } from '../../domain/call.ts'
import type { CallSide } from '../../domain/call-side.ts'
import type { CallId } from '../../domain/ids.ts'
import type { User } from '../../domain/user.ts'

/** Of the other party's connection to the server; media may go on all the same. */
export type PeerState = 'connected' | 'reconnecting'

/** A live call as one of its parties sees it. */
export interface CallView {
  readonly id: CallId
  readonly phase: 'ringing' | 'active'
  readonly role: PartyRole
  readonly peer: User
  readonly peerState: PeerState
  readonly ownSide: CallSide
  readonly peerSide: CallSide
  readonly durationMs: number
  /** While it rings. */
  readonly expiresInMs: number | undefined
  /** While it rings: whether the callee's client has said that it alerts. */
  readonly alerting: boolean | undefined
}
