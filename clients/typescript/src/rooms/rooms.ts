import type { Ask, Unsubscribe } from '../ask.ts'
import type { Person } from '../users/person.ts'
import type { Room } from './room.ts'

/** The rooms of one client. It is in one at a time. */
export interface Rooms {
  /** The one that the client is in. */
  readonly current: Room | undefined
  /**
   * Enters a room, which the first to come makes. Rejects with the server's word as `reason`: `room_full`,
   * `invite_required`, `already_in_call` and others.
   */
  join(id: string, options?: JoinOptions): Promise<Room>
  /** A page of those that the server has, in the order of their ids. */
  list(page?: PageOptions, options?: Ask): Promise<RoomPage>
  on<E extends keyof RoomsEvents>(event: E, listener: (value: RoomsEvents[E]) => void): Unsubscribe
}

/** `signal` ends the waiting, and then the client is not in the room. */
export interface JoinOptions extends Ask {
  /** What one is called there: the username. */
  readonly nickname?: string
  /** That of an Invitation. */
  readonly invite?: string
}

export interface PageOptions {
  /** That of the page before. */
  readonly cursor?: string
  /** 1 to 100. */
  readonly limit?: number
}

export interface RoomPage {
  readonly rooms: readonly ListedRoom[]
  /** Undefined on the last page. */
  readonly cursor: string | undefined
}

export interface ListedRoom {
  readonly id: string
  readonly name: string
  readonly maxMembers: number
  readonly inviteOnly: boolean
  /** How many are in it. */
  readonly members: number
}

export interface RoomsEvents {
  /** Somebody asks this user in. */
  invited: Invitation
}

export interface Invitation {
  readonly room: { readonly id: string; readonly name: string }
  readonly from: Person
  /** For `join`. */
  readonly invite: string
  /** Unix time in milliseconds. */
  readonly expiresAt: number
}
