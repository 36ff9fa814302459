import type { Ask, Unsubscribe } from '../ask.ts'

/** The calls of the past of one user, as the server keeps them. */
export interface History {
  /** How many missed calls the user has not seen; undefined before the server has said so. */
  readonly unseen: number | undefined
  /** A page, the newest first. */
  list(page?: HistoryQuery, options?: Ask): Promise<HistoryPage>
  /**
   * The user has seen a missed call, all that began by an instant (Unix milliseconds), or all. Gives how many are left. All
   * devices of the user are told.
   */
  markSeen(which?: { readonly call: string } | { readonly upTo: number }, options?: Ask): Promise<number>
  on<E extends keyof HistoryEvents>(event: E, listener: (value: HistoryEvents[E]) => void): Unsubscribe
}

export interface HistoryQuery {
  /** Missed calls only. */
  readonly missed?: boolean
  /** That of the page before. */
  readonly cursor?: string
  /** 1 to 50. */
  readonly limit?: number
}

export interface HistoryPage {
  readonly calls: readonly PastCall[]
  readonly unseen: number
  /** Undefined on the last page. */
  readonly cursor: string | undefined
}

export interface PastCall {
  readonly id: string
  /** The username is empty where the account is gone. */
  readonly peer: { readonly id: string; readonly username: string }
  readonly direction: 'incoming' | 'outgoing'
  readonly outcome: HistoryOutcome
  /** Unix milliseconds. */
  readonly startedAt: number
  readonly durationMs: number
  readonly seen: boolean
}

/** Or a word of a later server. */
export type HistoryOutcome =
  | 'answered'
  | 'missed'
  | 'declined'
  | 'cancelled'
  | 'no_answer'
  | 'busy'
  | 'unavailable'
  | 'failed'
  | (string & {})

export interface HistoryEvents {
  /** How many missed calls the user has not seen: after a login, a resumption, and whenever a call is missed or seen. */
  unseen: number
}
