import type { UserId } from '../../domain/ids.ts'
import type { NameRange } from '../../domain/name-order.ts'
import type { User } from '../../domain/user.ts'
import type { UserState } from '../../domain/user-state.ts'

export interface Online {
  readonly user: User
  readonly state: Exclude<UserState, 'Disconnected'>
}

/** Who is logged in, in which state. Who is not in it is Disconnected. */
export interface Presence {
  find(user: UserId): Promise<Online | undefined>
  put(online: Online): Promise<void>
  remove(user: UserId): Promise<void>
  list(): Promise<ReadonlyMap<UserId, Online>>
  /** Those of a range, in the order of their names; to be walked before anything else is awaited. */
  listByName(range: NameRange): Promise<Iterable<Online>>
}
