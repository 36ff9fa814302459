import type { RoomId, UserId } from '../../domain/ids.ts'
import type { UserState } from '../../domain/user-state.ts'
import type { ListedRoom } from '../room/room-effect.ts'

/** What a session watches as it is now. */
export interface WatchedView {
  readonly everybody: boolean
  readonly users: readonly WatchedUser[]
  readonly rooms: readonly WatchedRoom[]
}

export interface WatchedUser {
  readonly id: UserId
  /** Undefined where it is not known, or the client knows it. */
  readonly username: string | undefined
  readonly state: UserState
}

export interface WatchedRoom {
  readonly id: RoomId
  /** Undefined where there is none, or none that the user may see. */
  readonly room: ListedRoom | undefined
}
