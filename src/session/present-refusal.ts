import { EndReason } from '../domain/call-table.ts'
import type { User } from '../domain/user.ts'
import { type ErrorReason, errorReasons } from '../protocol/error-reasons.ts'
import { messageTable, type ServerMessage } from '../protocol/message-table.ts'

/** A refusal on its way to the wire: a reason of the error table, and what is known besides. */
export interface WireRefusal {
  readonly reason: ErrorReason
  readonly detail?: string | undefined
  readonly peer?: User | undefined
}

const { LOGIN_REQUEST, REGISTER_REQUEST, CALL_REQUEST } = messageTable

// Answered in the response itself, as v1 has it, and not by an ERROR.
const inResponse: ReadonlySet<ErrorReason> = new Set([
  'username_taken',
  'invalid_username',
  'invalid_credentials',
])

/** The answer to a refused request of the type `inReplyTo`, or to none in particular. */
export function presentRefusal(refusal: WireRefusal, inReplyTo?: number): readonly ServerMessage[] {
  const { reason, peer } = refusal
  const { code, message: sentence } = errorReasons[reason]
  const message = refusal.detail ?? sentence

  if (inResponse.has(reason) && (inReplyTo === LOGIN_REQUEST.code || inReplyTo === REGISTER_REQUEST.code)) {
    const type = inReplyTo === LOGIN_REQUEST.code ? 'LOGIN_RESPONSE' : 'REGISTER_RESPONSE'
    return [{ type, payload: { success: false, error: message, reason } }]
  }
  const error: ServerMessage = {
    type: 'ERROR',
    payload: { code, message, reason, ...(inReplyTo === undefined ? {} : { in_reply_to: inReplyTo }) },
  }
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
