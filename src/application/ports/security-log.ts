import type { UserId } from '../../domain/ids.ts'

/** Every security event, and what it is. docs/security-events.md prints this table; its words never change. */
export const securityEvents = {
  login_refused: 'A login was refused. `reason` is that of the answer, as PROTOCOL.md has it.',
  registration_refused:
    'A registration was refused for its invite code: `invalid_invite`, or `too_many_attempts` after several of them.',
  token_refused:
    'A token was refused: `unknown_session` and `too_many_attempts` of RESUME, `invalid_token` and `expired_token` of a login.',
  origin_refused: 'A page from an origin that is not allowed wanted to connect: `forbidden_origin`.',
  ban: 'A client went on in spite of all limits, and its address was banned: `flooding`.',
  session_replaced:
    'A session ended because its user logged in elsewhere: `logged_in_elsewhere`. `address` is where that is, `previous_address` where the session was, if it had a connection.',
  session_ended:
    'A user ended a session of its own from another device: `logged_out_elsewhere`. `address` is where that is, `previous_address` where the session was, if it had a connection.',
  account:
    'A user changed the password of the own account or deleted it (`action`). `reason` is `done`, or why it was refused.',
  administration:
    'An administrator did something (`action`), or wanted to. `by` says on which way, `user_id` and `address` whom it was about. `reason` is `done`, or why it was refused.',
} as const

export type SecurityEventName = keyof typeof securityEvents

interface Concerned {
  /** From a list that does not grow by what anybody sends. */
  readonly reason: string
  /** As limits count it. */
  readonly address?: string | undefined
  readonly userId?: UserId | undefined
}

export type SecurityEvent = Concerned &
  (
    | {
        readonly event: 'login_refused' | 'registration_refused' | 'token_refused' | 'origin_refused' | 'ban'
      }
    | {
        readonly event: 'session_replaced' | 'session_ended'
        readonly previousAddress?: string | undefined
      }
    | { readonly event: 'account'; readonly action: 'change password' | 'delete account' }
    | { readonly event: 'administration'; readonly action: string; readonly by: string }
  )

/** What whoever watches over the server is to know. Never given names, passwords, tokens or anything that a client wrote. */
export interface SecurityLog {
  write(event: SecurityEvent): void
}
