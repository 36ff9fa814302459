import type { Person, Transfer, User } from 'roomrtc-client'
import type { Device } from 'roomrtc-client/devices'
import type { MediaState, Quality } from 'roomrtc-client/media'
import type { Invitation } from 'roomrtc-client/rooms'
import type { Refusal } from '../server.ts'
import type { CallKind, CallView, OwnMedia, Phase } from './call-view.ts'
import type { TalkWith } from './messages/talk-with.ts'
import type { News } from './notices.ts'
import type { PastCall } from './past-calls.ts'
import type { Preferences } from './preferences.ts'
import type { RoomList, RoomView } from './room-view.ts'
import type { Link, Outside, Way } from './state.ts'

/** Everything that changes what is on the screen. */
export type Action =
  | { readonly type: 'way'; readonly way: Way }
  | { readonly type: 'working' }
  | { readonly type: 'entering' }
  | { readonly type: 'refused'; readonly refusal: Refusal }
  | { readonly type: 'inside'; readonly me: Person; readonly isGuest: boolean }
  | { readonly type: 'outside'; readonly signedOut: Outside['signedOut'] }
  | { readonly type: 'preferences'; readonly preferences: Preferences }
  | { readonly type: 'settings'; readonly isOpen: boolean }
  | InsideAction

/** What concerns only who is signed in. */
export type InsideAction =
  | { readonly type: 'link'; readonly link: Link }
  | { readonly type: 'known'; readonly users: readonly User[] }
  | { readonly type: 'searching'; readonly text: string }
  | { readonly type: 'found'; readonly text: string; readonly users: readonly User[]; readonly more: boolean }
  | { readonly type: 'not_found'; readonly text: string; readonly reason: string }
  | { readonly type: 'notice'; readonly id: number; readonly what: News }
  | { readonly type: 'notice_closed'; readonly id: number }
  /** Another device of the same user has a call, or none has. */
  | { readonly type: 'elsewhere'; readonly device: Device | undefined }
  | { readonly type: 'call_over'; readonly past: PastCall | undefined }
  | { readonly type: 'call_missed'; readonly past: PastCall }
  /** What the server has kept. */
  | { readonly type: 'history'; readonly past: readonly PastCall[] }
  | {
      readonly type: 'call'
      readonly peer: Person
      readonly kind: CallKind
      readonly role: CallView['role']
      readonly phase: Phase
    }
  | CallAction
  | RoomAction
  | MessageAction

/** What concerns messages, as far as the rest of the page has to know. */
type MessageAction =
  /** There are messages; so many are new, by the other user or the room. */
  | { readonly type: 'messages'; readonly unread: Readonly<Record<string, number>> }
  | { readonly type: 'talk'; readonly other: TalkWith | undefined }

/** What concerns rooms. */
export type RoomAction =
  | { readonly type: 'rooms'; readonly rooms: RoomList }
  | { readonly type: 'room'; readonly room: RoomView | undefined }
  | { readonly type: 'speaking'; readonly ids: ReadonlySet<string> }
  | { readonly type: 'invited'; readonly invitation: Invitation }
  | { readonly type: 'invitation_over'; readonly room: string }

/** What concerns only who is in a call. */
export type CallAction =
  | { readonly type: 'call_phase'; readonly phase: Phase; readonly role: CallView['role'] }
  | { readonly type: 'call_own'; readonly own: OwnMedia }
  | { readonly type: 'call_remote'; readonly remote: MediaStream }
  | { readonly type: 'call_link'; readonly link: MediaState['name'] }
  | { readonly type: 'call_quality'; readonly quality: Quality }
  | { readonly type: 'call_sharing'; readonly isSharing: boolean }
  | { readonly type: 'call_transfer'; readonly transfer: Transfer | undefined }
