import type { ClientState, Person } from 'roomrtc-client'
import type { Device } from 'roomrtc-client/devices'
import type { Invitation } from 'roomrtc-client/rooms'
import type { Refusal } from '../server.ts'
import type { CallView } from './call-view.ts'
import type { TalkWith } from './messages/talk-with.ts'
import type { Notice } from './notices.ts'
import type { People } from './people.ts'
import type { Preferences } from './preferences.ts'
import type { PastCall } from './past-calls.ts'
import type { RoomList, RoomView } from './room-view.ts'

export interface State {
  readonly screen: Screen
  readonly preferences: Preferences
  readonly isSettingsOpen: boolean
}

export type Screen = Outside | Entering | Inside

/** Nobody is signed in. */
export interface Outside {
  readonly name: 'outside'
  readonly way: Way
  readonly isWorking: boolean
  readonly refusal: Refusal | undefined
  /** Why one is here after having been inside; with what it takes to go back in, if that is possible. */
  readonly signedOut:
    | { readonly reason: string; readonly username: string; readonly mayReturn: boolean }
    | undefined
}

/** How one comes in. */
export const ways = ['login', 'register', 'guest'] as const
export type Way = (typeof ways)[number]

/** With what this tab still knows, after the page was loaded anew. */
interface Entering {
  readonly name: 'entering'
}

export interface Inside {
  readonly name: 'inside'
  readonly me: Person
  readonly isGuest: boolean
  readonly link: Link
  readonly people: People
  readonly call: CallView | undefined
  /** The device of the same user that has a call. */
  readonly elsewhere: Device | undefined
  readonly past: readonly PastCall[]
  readonly rooms: RoomsState
  /** Undefined where there are no messages. */
  readonly messages: MessagesState | undefined
  readonly notices: readonly Notice[]
}

/** What the rest of the page knows of messages. */
export interface MessagesState {
  /** Whose messages are on the screen. */
  readonly open: TalkWith | undefined
  /** How many are new, by the other user or the room. */
  readonly unread: Readonly<Record<string, number>>
}

export interface RoomsState {
  readonly list: RoomList
  /** The one that one is in. */
  readonly room: RoomView | undefined
  /** The ids of those who are heard there, oneself included. */
  readonly speaking: ReadonlySet<string>
  readonly invitations: readonly Invitation[]
}

/** How it stands with the connection to the server. */
export type Link = Exclude<ClientState, { readonly name: 'signed-out' | 'closed' }>
