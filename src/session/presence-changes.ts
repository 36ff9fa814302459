import type { UserId } from '../domain/ids.ts'
import type { User } from '../domain/user.ts'
import type { UserState } from '../domain/user-state.ts'

/** A user's change of state, as others are told of it. */
export interface PresenceChange {
  readonly user: User
  /** What they have been told before. */
  readonly was: UserState
  readonly state: UserState
}

/** Changes that wait to be told, merged by user: the last state wins, and one that came to nothing is not told. */
export class PresenceChanges {
  readonly #byUser = new Map<UserId, PresenceChange>()

  get size(): number {
    return this.#byUser.size
  }

  add(change: PresenceChange): void {
    const { id } = change.user
    const was = this.#byUser.get(id)?.was ?? change.was
    if (was === change.state) this.#byUser.delete(id)
    else this.#byUser.set(id, { ...change, was })
  }

  /** All of them; none waits afterwards. */
  take(): readonly PresenceChange[] {
    const changes = [...this.#byUser.values()]
    this.#byUser.clear()
    return changes
  }
}
