import { type ErrorReason, errorReasons } from '../../protocol/error-reasons.ts'

/** RFC 6455, section 7.4.1, and the register that it opens. */
const GOING_AWAY = 1001
const POLICY_VIOLATION = 1008
const TOO_LARGE = 1009
const TRY_AGAIN_LATER = 1013

const codes: Partial<Record<ErrorReason, number>> = {
  shutting_down: GOING_AWAY,
  address_banned: POLICY_VIOLATION,
  flooding: POLICY_VIOLATION,
  forbidden_origin: POLICY_VIOLATION,
  frame_too_large: TOO_LARGE,
  frame_too_large_before_login: TOO_LARGE,
  server_full: TRY_AGAIN_LATER,
  crowded_out: TRY_AGAIN_LATER,
}

/** Of ERRORs that have no better one. */
const FIRST_OF_OURS = 4000

/** With what a WebSocket is closed for that reason. */
export function closeCode(reason: ErrorReason): number {
  return codes[reason] ?? FIRST_OF_OURS + errorReasons[reason].code
}
