import type { UserState } from '../../domain/user-state.ts'

/** Which users are to be listed; everything left out is all of them. */
export interface UserListQuery {
  /** Names that begin with exactly this. */
  readonly prefix?: string | undefined
  readonly state?: UserState | undefined
  /** Only what comes after this place. */
  readonly after?: UserListPlace | undefined
  /** How many at most. Whoever carries the answer out counts them: it alone can tell whether there are more. */
  readonly limit?: number | undefined
}

/** A place in the list: the group, and the last name before it. Nobody needs to have that name any more. */
interface UserListPlace {
  readonly group: 'online' | 'offline'
  readonly username: string
}
