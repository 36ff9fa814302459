import type { CallQuality } from '../../domain/call-quality.ts'
import type { CallOutcome, CallRecord } from '../../domain/call-record.ts'
import type { PartyRole } from '../../domain/call.ts'
import type { CallId, UserId } from '../../domain/ids.ts'
import type { User } from '../../domain/user.ts'
import type { HistoryPosition, SeenCalls } from '../ports/call-history.ts'

/** A call of the past as one of its parties sees it. Instants are Unix milliseconds. */
export interface PastCall {
  readonly record: CallRecord
  readonly role: PartyRole
  readonly outcome: CallOutcome
  readonly seen: boolean
  /** The name is empty where the account is gone. */
  readonly peer: Pick<User, 'id' | 'username'>
}

/** The newest first. */
export interface HistoryPage {
  readonly calls: readonly PastCall[]
  /** How many missed calls the user has not seen, on all pages. */
  readonly unseen: number
  /** Where there are others after these. */
  readonly next: HistoryPosition | undefined
}

export type HistoryEffect =
  /** Somebody was called, and did not ring for it. The instant is of the monotonic clock. */
  | {
      readonly kind: 'call-refused'
      readonly id: CallId
      readonly caller: User
      readonly callee: User
      readonly reason: 'busy' | 'user_unavailable'
      readonly at: number
    }
  /** A party tells how good the call is, or was. */
  | {
      readonly kind: 'call-quality'
      readonly call: CallId
      readonly by: UserId
      readonly quality: CallQuality
    }
  | { readonly kind: 'answer-history'; readonly page: HistoryPage }
  | { readonly kind: 'history-seen'; readonly user: UserId; readonly which: SeenCalls }
  | { readonly kind: 'history-forgotten'; readonly user: UserId }
