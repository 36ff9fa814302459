import type { SessionId, UserId } from '../../domain/ids.ts'
import type { User } from '../../domain/user.ts'
import type { Watching } from '../../domain/watching.ts'

/** A login, as whoever decides about it needs to know it. */
export interface SessionRecord {
  readonly id: SessionId
  readonly user: User
  /** What its client has agreed on. */
  readonly capabilities: ReadonlySet<string>
  /** Absent until its client has said so. */
  readonly watching?: Watching | undefined
  /** Since when it is without a connection, in monotonic milliseconds; absent while it has one. */
  readonly detachedSince?: number
}

/** The sessions that there are. Each method is atomic. */
export interface Sessions {
  find(id: SessionId): Promise<SessionRecord | undefined>
  /** All of a user's, the oldest first. */
  ofUser(user: UserId): Promise<readonly SessionRecord[]>
  put(session: SessionRecord): Promise<void>
  remove(id: SessionId): Promise<void>
  /** Those that lost their connection at or before the instant, the earliest first. */
  detachedBy(instant: number): Promise<readonly SessionRecord[]>
}
