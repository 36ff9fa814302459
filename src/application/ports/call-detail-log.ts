import type { CallRecord } from '../../domain/call-record.ts'
import type { PartyRole } from '../../domain/call.ts'

/** A party of a call that is over, as it was then. */
export interface DetailedParty {
  readonly username: string
  readonly isGuest: boolean
  /** What carried its connection at the end; undefined where it had none, or was not in the call by one session. */
  readonly transport: string | undefined
}

export interface CallDetail {
  readonly record: CallRecord
  readonly parties: Readonly<Record<PartyRole, DetailedParty>>
}

/** Takes down each call that is over, for bills and statistics (CDR-1). */
export interface CallDetailLog {
  write(detail: CallDetail): void
}
