import type { SessionId } from '../../domain/ids.ts'
import type { Outcome } from '../effect.ts'
import type { CallStore } from './call-store.ts'
import type { Presence } from './presence.ts'
import type { Rooms } from './rooms.ts'
import type { Sessions } from './sessions.ts'

/**
 * What one transaction sees of sessions, calls, rooms and presence. An engine that shares them between nodes remembers the
 * version of whatever is read through it, and keeps what is written until the commit.
 */
export interface Tx {
  readonly sessions: Sessions
  readonly calls: CallStore
  readonly rooms: Rooms
  readonly presence: Presence
}

/**
 * Decides on what is there now. It may run again where another commit came between: so what it does outside of `tx` is
 * nothing, or harmless if repeated.
 */
export type Work = (tx: Tx) => Promise<Outcome>

/** Whose request a transaction carries out, where somebody has asked for it. */
export interface Asker {
  /** The client and what carries its connection, for the session that it may open or go on with. */
  readonly client: string
  readonly transport: string
  readonly requestId: string | undefined
  /** The session by which it asked, where with the answer one message more counts as taken from it. */
  readonly counted: SessionId | undefined
}

/**
 * Runs `work`, commits the state that it wrote together with what `settle` makes of its outcome (what others are owed), at
 * once or not at all, and only then lets anybody hear of it. Everybody is told of changes in the order in which they
 * happened. Where the state is not to be had, the outcome is the refusal `storage_unavailable` for who has asked, and else a
 * rejection. Slow work (hashing, the disk) is done before.
 */
export type Transact = (work: Work, settle: (outcome: Outcome) => void, asker?: Asker) => Promise<void>
