import type { ActiveCall, EndedCall, LiveCall, PartyRole, RingingCall } from '../domain/call.ts'
import type { CallSideChange } from '../domain/call-side.ts'
import type { DeviceReason, EndReason } from '../domain/call-table.ts'
import type { CallId, RoomId, SessionId, UserId } from '../domain/ids.ts'
import type { Refusal } from '../domain/refusal.ts'
import type { Result } from '../domain/result.ts'
import type { User } from '../domain/user.ts'
import type { UserState } from '../domain/user-state.ts'
import type { Watching } from '../domain/watching.ts'
import type { CallView, PeerState } from './call/call-view.ts'
import type { HistoryEffect } from './history/history-effect.ts'
import type { TransferState } from './call/transfer/transfer-state.ts'
import type { MessageEffect } from './messages/message-effect.ts'
import type { PushEffect } from './push/push-effect.ts'
import type { IceConfiguration } from './ports/ice-servers.ts'
import type { RoomEffect, RoomView } from './room/room-effect.ts'
import type { SfuEffect } from './room/sfu-effect.ts'
import type { Signal } from './signaling/signal.ts'
import type { UserListQuery } from './user/user-list-query.ts'
import type { WatchedView } from './watch/watched-view.ts'

/**
 * What a use case wants done outside: it names users and sessions, never sockets. Effects are carried out in order.
 * `answer-…` goes to whoever asked.
 */
export type Effect =
  | RoomEffect
  | SfuEffect
  | HistoryEffect
  | MessageEffect
  | PushEffect
  | { readonly kind: 'answer-registered'; readonly user: User }
  | { readonly kind: 'answer-logged-in'; readonly user: User }
  | { readonly kind: 'answer-logged-out' }
  | { readonly kind: 'answer-password-changed' }
  | { readonly kind: 'answer-account-deleted' }
  /** The user's other sessions are told as well. */
  | { readonly kind: 'answer-do-not-disturb'; readonly user: UserId }
  | {
      readonly kind: 'answer-resumed'
      readonly session: SessionId
      readonly user: User
      readonly call: CallView | undefined
      readonly room: RoomView | undefined
      /** Absent where its client watches some alone. */
      readonly users: Iterable<Listed> | undefined
      /** Absent where it has never said what it watches. */
      readonly watched: WatchedView | undefined
    }
  /** From here on the session is told of these alone. */
  | { readonly kind: 'session-watches'; readonly session: SessionId; readonly watching: Watching }
  | { readonly kind: 'answer-watched'; readonly session: SessionId; readonly view: WatchedView }
  | {
      readonly kind: 'answer-user-list'
      /** All that the query asks for, whatever its limit. */
      readonly users: Iterable<Listed>
      readonly query: UserListQuery
    }
  | { readonly kind: 'answer-call-moved'; readonly session: SessionId; readonly view: CallView }
  /** The sessions of the user that there are now; `session` is the asker's. */
  | { readonly kind: 'answer-devices'; readonly user: UserId; readonly session: SessionId }
  /** From here on the asker speaks for the user. */
  | { readonly kind: 'session-opened'; readonly session: SessionId; readonly user: User }
  /** Its connection is lost, and it waits for another. */
  | { readonly kind: 'session-detached'; readonly session: SessionId }
  /** From here on the asker's connection is the session's. */
  | { readonly kind: 'session-attached'; readonly session: SessionId }
  | { readonly kind: 'session-ended'; readonly session: SessionId; readonly cause: SessionEnd }
  | { readonly kind: 'call-placed'; readonly call: RingingCall }
  /** It rings at a session of the callee that was not there when it was placed. */
  | { readonly kind: 'call-rings-at'; readonly call: RingingCall; readonly session: SessionId }
  /** From here on the two may signal to each other. */
  | { readonly kind: 'call-connected'; readonly call: ActiveCall }
  /** A party holds, or mutes; or the callee's client alerts. */
  | { readonly kind: 'call-changed'; readonly call: LiveCall }
  /** Another session of a party has it. */
  | { readonly kind: 'call-moved'; readonly call: ActiveCall }
  | { readonly kind: 'call-ended'; readonly call: EndedCall }
  | (Addressee & {
      readonly kind: 'tell-incoming-call'
      readonly call: CallId
      readonly from: User
      readonly invitation: Invitation
      /** Who hands the caller over, where the call is a transfer. */
      readonly transferredBy?: User | undefined
    })
  | (Addressee & {
      readonly kind: 'tell-ringing'
      readonly call: CallId
      readonly peer: User
      readonly expiresInMs: number
      /** The callee's client has said that it alerts. */
      readonly alerting?: true
    })
  | (Addressee & {
      readonly kind: 'tell-accepted'
      readonly call: CallId
      readonly peer: User
      /** What the one who is told is in this call. */
      readonly role: PartyRole
      readonly answer?: string | undefined
      /** The call that a transfer has ended for this one. */
      readonly replaces?: CallId | undefined
    })
  /** The offer that came with the ring, for a callee that could not be shown it then. */
  | (Addressee & {
      readonly kind: 'tell-early-offer'
      readonly from: UserId
      readonly call: CallId
      readonly offer: string
    })
  | (Addressee & {
      readonly kind: 'tell-updated'
      readonly from: UserId
      readonly call: CallId
      readonly change: CallSideChange
    })
  /** How a transfer stands that `by` asked for, to the parties of the call that is to be transferred. */
  | (Addressee & {
      readonly kind: 'tell-transfer'
      readonly call: CallId
      readonly newCall: CallId
      readonly by: User
      readonly target: User
      readonly state: TransferState
    })
  | (Addressee & {
      readonly kind: 'tell-peer-state'
      readonly call: CallId
      readonly state: PeerState | 'moved'
    })
  | (Addressee & {
      readonly kind: 'tell-declined'
      readonly call: CallId
      readonly peer: User
      readonly reason: EndReason
      readonly durationMs: number
    })
  | (Addressee & {
      readonly kind: 'tell-hangup'
      readonly call: CallId
      /** Who called, where the callee who is told has not answered. */
      readonly missed: User | undefined
      readonly reason: EndReason | DeviceReason
      readonly durationMs: number
    })
  | {
      readonly kind: 'relay'
      readonly to: UserId
      readonly from: UserId
      readonly call: CallId | RoomId
      readonly signal: Signal
    }
  | { readonly kind: 'ice-servers'; readonly to: SessionId; readonly ice: IceConfiguration }
  /** Accounts came, went or changed without a request. */
  | { readonly kind: 'accounts-changed' }
  /** To every logged-in connection except the user's own. */
  | {
      readonly kind: 'presence'
      readonly user: User
      readonly was: UserState
      readonly state: UserState
    }

/** A party of a call: all of its sessions, or the one named, or all but the one left out. */
interface Addressee {
  readonly to: UserId
  readonly session?: SessionId | undefined
  readonly except?: SessionId | undefined
}

/** A user and its state, as the user list has it. */
export type Listed = User & { readonly state: UserState }

/** What a caller may send along with the ring. */
export interface Invitation {
  readonly offer?: string | undefined
  /** A small object of the applications' own. */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
}

export type SessionEnd =
  | 'disconnect'
  | 'log_out'
  /** By another session of the user. */
  | 'log_out_device'
  | 'replace'
  | 'end_session'
  | 'account_changed'
  /** What nodes share was lost, and something that it is owed with it. */
  | 'lost'

/** A refusal, and what is to be done outside all the same. */
type Refused = Refusal & { readonly effects?: readonly Effect[] }

export type Outcome = Result<readonly Effect[], Refused>
