import type { UserId } from './ids.ts'
import type { User } from './user.ts'

/** Why a request was refused. The wire's error table gives each its code and its sentence. */
export const RefusalReason = {
  usernameTaken: 'username_taken',
  usernameTakenLookalike: 'username_taken_lookalike',
  invalidUsername: 'invalid_username',
  invalidCredentials: 'invalid_credentials',
  accountDisabled: 'account_disabled',
  invalidToken: 'invalid_token',
  expiredToken: 'expired_token',
  loginRequired: 'login_required',
  alreadyLoggedIn: 'already_logged_in',
  sessionExists: 'session_exists',
  userNotFound: 'user_not_found',
  userUnavailable: 'user_unavailable',
  doNotDisturb: 'do_not_disturb',
  cannotCallSelf: 'cannot_call_self',
  callerBusy: 'caller_busy',
  calleeBusy: 'callee_busy',
  sessionNotFound: 'session_not_found',
  callNotFound: 'call_not_found',
  notCallPeer: 'not_call_peer',
  transferPending: 'transfer_pending',
  cannotBeTransferred: 'cannot_be_transferred',
  alreadyInCall: 'already_in_call',
  invalidRoomId: 'invalid_room_id',
  roomNotFound: 'room_not_found',
  roomFull: 'room_full',
  roomLimit: 'room_limit',
  sfuNeeded: 'sfu_needed',
  sfuRefused: 'sfu_refused',
  inviteRequired: 'invite_required',
  notRoomMember: 'not_room_member',
  notRoomOwner: 'not_room_owner',
  notForGuests: 'not_for_guests',
  conversationNotFound: 'conversation_not_found',
  cannotMessageSelf: 'cannot_message_self',
  messageNotFound: 'message_not_found',
  notMessageSender: 'not_message_sender',
  tooManyReactions: 'too_many_reactions',
  inviteCodeRequired: 'invite_code_required',
  invalidInvite: 'invalid_invite',
  registrationClosed: 'registration_closed',
  overloaded: 'overloaded',
  storageUnavailable: 'storage_unavailable',
  draining: 'draining',
} as const

export type RefusalReason = (typeof RefusalReason)[keyof typeof RefusalReason]

export interface Refusal {
  readonly reason: RefusalReason
  /** A sentence for the person, where it says more than the reason's own. */
  readonly detail?: string
  /** Whom the request was about, where known. */
  readonly peer?: User
  /** Whose account it was about, where there is one: for the security log, and not to be told to anybody. */
  readonly account?: UserId | undefined
  /** When it may be tried again, where that is known. */
  readonly retryAfterMs?: number
}
