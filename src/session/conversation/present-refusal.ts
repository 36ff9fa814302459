import { EndReason } from '../../domain/call-table.ts'
import type { UserId } from '../../domain/ids.ts'
import type { User } from '../../domain/user.ts'
import { type ErrorReason, errorReasons } from '../../protocol/error-reasons.ts'
import { messageTable, type ServerMessage } from '../../protocol/message-table.ts'

/** A refusal on its way to the wire: a reason of the error table, and what is known besides. */
export interface WireRefusal {
  readonly reason: ErrorReason
  readonly detail?: string | undefined
  readonly peer?: User | undefined
  /** Whose account it was about: for the security log, never for the wire. */
  readonly account?: UserId | undefined
  /** The call that the asker wanted to accept, and that a client of v1 has entered by now. */
  readonly entered?: string | undefined
  /** When to try again. */
  readonly retryAfterMs?: number | undefined
  /** For the log: the protocol that the client seems to speak instead of ours. */
  readonly looksLike?: string | undefined
  /** For the program. */
  readonly facts?: {
    readonly supported_protocols?: number[]
    /** Of the rule that was exceeded (RATE-10). */
    readonly current_score?: number
    readonly max_score?: number
    /** Of which connection to a media server it is (SFU-4). */
    readonly connection?: string
  }
}

/** What a refusal answers. */
export interface RefusalContext {
  /** The type of the request; undefined where the server speaks of its own accord. */
  readonly inReplyTo?: number | undefined
  /** The client has said HELLO. */
  readonly negotiated: boolean
}

const { LOGIN_REQUEST, REGISTER_REQUEST, CALL_REQUEST } = messageTable

// Answered in the response itself, as v1 has it, and not by an ERROR.
const inResponse: ReadonlySet<ErrorReason> = new Set([
  'username_taken',
  'username_taken_lookalike',
  'invalid_username',
  'invite_code_required',
  'invalid_invite',
  'registration_closed',
  'invalid_credentials',
  'account_disabled',
  'invalid_token',
  'expired_token',
])

/** The answer to a refused request. */
export function presentRefusal(
  { reason: known, detail, peer, entered, retryAfterMs, facts = {} }: WireRefusal,
  { inReplyTo, negotiated }: RefusalContext,
): readonly ServerMessage[] {
  // To a client of v1 who wants no calls is not there for calls.
  const reason = known === 'do_not_disturb' && !negotiated ? 'user_unavailable' : known
  const { code, message: sentence } = errorReasons[reason]
  const message = detail ?? sentence

  if (inResponse.has(reason) && (inReplyTo === LOGIN_REQUEST.code || inReplyTo === REGISTER_REQUEST.code)) {
    const type = inReplyTo === LOGIN_REQUEST.code ? 'LOGIN_RESPONSE' : 'REGISTER_RESPONSE'
    return [{ type, payload: { success: false, error: message, reason } }]
  }
  const about = inReplyTo === undefined ? {} : { in_reply_to: inReplyTo }
  const later = retryAfterMs === undefined ? {} : { retry_after_ms: retryAfterMs }
  const error: ServerMessage = {
    type: 'ERROR',
    payload: { code, message, reason, ...about, ...facts, ...later },
  }
  if (negotiated) return [error]
  // The native client enters the room as it accepts, and an ERROR alone does not bring it back (REQ-7).
  if (entered !== undefined) return [error, { type: 'HANGUP', payload: { call_id: entered, reason } }]
  if (inReplyTo !== CALL_REQUEST.code) return [error]

  // After an ERROR alone the native client believes itself still calling (REQ-3).
  const declined: ServerMessage = {
    type: 'CALL_DECLINED',
    payload: {
      call_id: '',
      peer_user_id: peer?.id ?? '',
      peer_username: peer?.username ?? '',
      reason: reason === 'callee_busy' ? EndReason.busy : reason,
    },
  }
  return [error, declined]
}
