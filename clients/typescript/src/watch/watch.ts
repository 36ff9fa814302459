import type { Unsubscribe } from '../ask.ts'

export interface WatchOptions {
  /** So many users are read at a login, those first who are there; 1 to 10 000. Without it as many as the client keeps. */
  readonly list?: number
}

/** What a part of a program shows: users and rooms by their ids. */
export interface Shown {
  readonly users?: Iterable<string>
  readonly rooms?: Iterable<string>
}

/** One part of a program that shows users or rooms. */
export interface View {
  /** In place of what it showed before. */
  set(shown: Shown): void
  /** Shows nothing any more. */
  close(): void
}

/** How many are in a room. */
export interface WatchedRoom {
  readonly id: string
  readonly members: number
  /** Undefined where there is no such room, or none that one may see, like what follows. */
  readonly name: string | undefined
  readonly maxMembers: number | undefined
  readonly inviteOnly: boolean | undefined
}

export interface WatchEvents {
  /** A room that is watched, as it is now. */
  room: WatchedRoom
}

/**
 * Of whom the server tells. While there is a view, it tells of those alone that are in one: their states in `client.users`
 * are kept up to date, and those of others are not. Without a view, or with a server that cannot, it tells of everybody.
 */
export interface Watch {
  view(): View
  room(id: string): WatchedRoom | undefined
  on<E extends keyof WatchEvents>(event: E, listener: (value: WatchEvents[E]) => void): Unsubscribe
}
