import type { UserId } from '../../domain/ids.ts'
import type { User } from '../../domain/user.ts'
import type { UserState } from '../../domain/user-state.ts'

/** A user's change of state, as others are told of it. */
export interface PresenceChange {
  readonly user: User
  /** What they have been told before; undefined where some have read it newer in a list. */
  readonly was: UserState | undefined
  readonly state: UserState
}

/** Changes that wait to be told, merged by user: the last state wins, and one that came to nothing is not told. */
export class PresenceChanges {
  readonly #byUser = new Map<UserId, PresenceChange>()

  get size(): number {
    return this.#byUser.size
  }

  /** Whether it takes the place of one that waited. */
  add(change: PresenceChange): boolean {
    const { id } = change.user
    const waiting = this.#byUser.get(id)
    const { was } = waiting ?? change
    if (was === change.state) this.#byUser.delete(id)
    else this.#byUser.set(id, { ...change, was })
    return waiting !== undefined
  }

  /** Somebody has read the states of now in a list, and must be told even if all becomes as it was. `users`: of these alone. */
  listRead(users: Iterable<UserId> = this.#byUser.keys()): void {
    for (const id of users) {
      const change = this.#byUser.get(id)
      if (change?.was !== undefined) this.#byUser.set(id, { ...change, was: undefined })
    }
  }

  /** So many at most, those that have waited longest; they wait no more. */
  take(atMost = Infinity): readonly PresenceChange[] {
    const taken: PresenceChange[] = []
    for (const [id, change] of this.#byUser) {
      if (taken.length >= atMost) break
      taken.push(change)
      this.#byUser.delete(id)
    }
    return taken
  }
}
