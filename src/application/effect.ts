import type { ActiveCall, EndedCall } from '../domain/call.ts'
import type { EndReason } from '../domain/call-table.ts'
import type { CallId, SessionId, UserId } from '../domain/ids.ts'
import type { Refusal } from '../domain/refusal.ts'
import type { Result } from '../domain/result.ts'
import type { User } from '../domain/user.ts'
import type { UserState } from '../domain/user-state.ts'
import type { Signal } from './signaling/signal.ts'

/**
 * What a use case wants done outside: it names users and sessions, never sockets. Effects are carried out in order.
 * `answer-…` goes to whoever asked.
 */
export type Effect =
  | { readonly kind: 'answer-registered'; readonly user: User }
  | { readonly kind: 'answer-logged-in'; readonly user: User }
  | { readonly kind: 'answer-logged-out' }
  | { readonly kind: 'answer-user-list'; readonly users: Iterable<User & { readonly state: UserState }> }
  /** From here on the asker speaks for the user. */
  | { readonly kind: 'session-opened'; readonly session: SessionId; readonly user: User }
  | { readonly kind: 'session-ended'; readonly session: SessionId; readonly cause: SessionEnd }
  /** From here on the two may signal to each other. */
  | { readonly kind: 'call-connected'; readonly call: ActiveCall }
  | { readonly kind: 'call-ended'; readonly call: EndedCall }
  | { readonly kind: 'tell-incoming-call'; readonly to: UserId; readonly call: CallId; readonly from: User }
  | { readonly kind: 'tell-accepted'; readonly to: UserId; readonly call: CallId; readonly peer: User }
  | {
      readonly kind: 'tell-declined'
      readonly to: UserId
      readonly call: CallId
      readonly peer: User
      readonly reason: EndReason
    }
  | { readonly kind: 'tell-hangup'; readonly to: UserId; readonly call: CallId; readonly reason: EndReason }
  | {
      readonly kind: 'relay'
      readonly to: UserId
      readonly from: UserId
      readonly call: CallId
      readonly signal: Signal
    }
  /** To every logged-in connection except the user's own. */
  | { readonly kind: 'presence'; readonly user: User; readonly state: UserState }

export type SessionEnd = 'disconnect' | 'log_out' | 'replace'

export type Outcome = Result<readonly Effect[], Refusal>
