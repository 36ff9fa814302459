import type { PartyRole } from './call.ts'
import type { CallQuality } from './call-quality.ts'
import type { EndReason, Role } from './call-table.ts'
import type { CallId, UserId } from './ids.ts'

/** A party of a call that is over. */
export interface RecordedParty {
  readonly id: UserId
  /** Of a guest, whom nobody can look up later. An account is looked up whenever its name is asked for. */
  readonly guestName?: string | undefined
}

/** What is known of a call once it is over, or was refused. Instants are Unix milliseconds. */
export interface CallRecord {
  readonly id: CallId
  readonly caller: RecordedParty
  readonly callee: RecordedParty
  /** When it began to ring, or was refused. */
  readonly startedAt: number
  /** When it was accepted, if so. */
  readonly answeredAt?: number | undefined
  readonly endedAt: number
  /** The time active, holds not counted. */
  readonly durationMs: number
  readonly reason: EndReason | 'user_unavailable'
  readonly endedBy: Role
  /** What the parties told of it last. */
  readonly quality?: { readonly [Role in PartyRole]?: CallQuality | undefined } | undefined
}

/** What became of a call, as one of its parties sees it. */
export type CallOutcome =
  | 'answered'
  /** The callee's: it did not answer. */
  | 'missed'
  | 'declined'
  /** The caller's, like all that follow: it gave up. */
  | 'cancelled'
  | 'no_answer'
  | 'busy'
  | 'unavailable'
  | 'failed'

export function outcomeFor(
  role: PartyRole,
  { answeredAt, reason, endedBy }: Pick<CallRecord, 'answeredAt' | 'reason' | 'endedBy'>,
): CallOutcome {
  if (answeredAt !== undefined) return 'answered'
  if (reason === 'declined' || (reason === 'hangup' && endedBy === 'callee')) return 'declined'
  if (role === 'callee') return 'missed'
  switch (reason) {
    case 'hangup':
      return 'cancelled'
    case 'timeout':
      return 'no_answer'
    case 'busy':
      return 'busy'
    case 'user_unavailable':
      return 'unavailable'
    case 'peer_disconnected':
    case 'replaced':
    case 'transferred':
    case 'logout':
    case 'shutdown':
    case 'ended_by_administrator':
      return 'failed'
  }
}
