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

/**
 * Runs `work`, commits the state that it wrote together with what `settle` makes of its outcome (what others are owed), at
 * once or not at all, and only then lets anybody hear of it. Transactions are decided one after another, so everybody is
 * told of changes in the order in which they happened. Slow work (hashing, the disk) is done before.
 */
export type Transact = (work: Work, settle: (outcome: Outcome) => void) => Promise<void>
