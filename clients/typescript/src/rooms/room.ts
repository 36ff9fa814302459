import type { Unsubscribe } from '../ask.ts'
import type { Signal } from '../call/signal.ts'
import type { Person } from '../users/person.ts'
import type { Member, Members } from './member.ts'
import type { RoomSfu } from './sfu.ts'

/** A call of many, from the moment in which one is inside. */
export interface Room {
  readonly id: string
  readonly name: string
  readonly maxMembers: number
  readonly inviteOnly: boolean
  /** The user who made it, and may remove members and close it; undefined where nobody may. */
  readonly owner: string | undefined
  /** By which media comes and goes; undefined where the members send it to each other. */
  readonly sfu: RoomSfu | undefined
  readonly state: RoomState
  /** The others, kept up to date. */
  readonly members: Members
  /** What the others are told of oneself. */
  readonly own: OwnState
  /** What is absent stays. */
  update(change: Partial<OwnState>): void
  /** Ends it at once. What is to be told is told when there is a connection. */
  leave(): void
  /** For who made the room. */
  remove(member: Person | string): void
  /** For who made the room: everybody leaves. */
  close(): void
  invite(user: Person | string): void
  /** While the member is away it waits here. For who is not in the room it is dropped. */
  signal(to: Person | string, signal: Signal): void
  on<E extends keyof RoomEvents>(event: E, listener: (value: RoomEvents[E]) => void): Unsubscribe
}

export type RoomState = { readonly name: 'open' } | { readonly name: 'ended'; readonly reason: RoomEndReason }

/**
 * The server's word (`left`, `removed`, `closed`), `lost` with the session, or another word by which the session has ended
 * (`logout`, `session_replaced`, …).
 */
export type RoomEndReason = string

export interface OwnState {
  readonly nickname: string
  readonly audioMuted: boolean
  readonly videoMuted: boolean
}

/** Each comes after `members` has changed. */
export interface RoomEvents {
  joined: Member
  /** `reason`: `left`, `removed` or `session_ended`. */
  left: { readonly member: Member; readonly reason: string }
  /** What the others see of oneself has changed, by `update`. */
  own: OwnState
  /** Of its nickname or its mutes. */
  updated: Member
  /** Its connection to the server is lost. */
  reconnecting: Member
  connected: Member
  /** In order, each once. What has come before there is a listener is told to the first one. */
  signal: { readonly from: Member; readonly signal: Signal }
  /** One's own connection to the server came back. Restart ICE where the media is not well. */
  resumed: undefined
  ended: { readonly reason: RoomEndReason }
}
