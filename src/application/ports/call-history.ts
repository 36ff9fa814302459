import type { CallRecord } from '../../domain/call-record.ts'
import type { PartyRole } from '../../domain/call.ts'
import type { CallId, UserId } from '../../domain/ids.ts'

/** A call in the history of one of its parties. */
export interface KeptCall {
  readonly record: CallRecord
  readonly role: PartyRole
  readonly seen: boolean
}

export interface HistoryQuery {
  /** Only what the user has missed. */
  readonly missed: boolean
  /** What an earlier page gave. */
  readonly after?: HistoryPosition | undefined
  readonly limit: number
}

/** Of an entry among those of its user. */
export interface HistoryPosition {
  readonly startedAt: number
  readonly call: CallId
}

/** Which missed calls the user has seen: one, or all that began by then. */
export type SeenCalls = { readonly call: CallId } | { readonly upTo: number }

/**
 * The calls of the past, for each of their parties. Bounded for each and in all, and by their age. What was taken down in a
 * tick of the event loop is safe from the end of the process before anybody is told: see `release`.
 */
export interface CallHistory {
  /** In the place of an earlier record of the same call. `kept`: whose history it goes into. */
  add(record: CallRecord, kept: readonly PartyRole[]): void
  /** More is known of a call. In a history that it has gone from it does not come back. */
  amend(record: CallRecord): void
  /** The newest first. `more`: there are others after these. */
  page(user: UserId, query: HistoryQuery): { readonly calls: readonly KeptCall[]; readonly more: boolean }
  /** How many missed calls the user has not seen. */
  unseen(user: UserId): number
  markSeen(user: UserId, which: SeenCalls): void
  /** The account is gone. */
  forget(user: UserId): void
  /** Whoever has a history; to be walked while it may change. */
  users(): Iterable<UserId>
  /** How many calls are kept. */
  readonly size: number
  /** Something was taken down that is not safe yet. */
  readonly isHolding: boolean
  /** What was taken down is safe from the end of the process when this returns. */
  release(): void
  /** From time to time: lets go of what is too old. */
  tick(): void
  /** Durable when answered. */
  close(): Promise<void>
}
