import type { NamedMessage } from '../../../protocol/codec/named-message.ts'
import { type ErrorReason, isErrorReason } from '../../../protocol/error-reasons.ts'
import type { HttpRefusal } from '../answers.ts'

/** Why a request was refused, from what answers it; the bug of no answer at all is ours. */
export function refusalOf(answer: NamedMessage | undefined): HttpRefusal {
  if (answer?.type === 'RESUME_REFUSED') return { reason: 'unknown_session' }
  const reason = reasonOf(answer)
  if (answer === undefined || reason === undefined) return { reason: 'internal' }
  const sentence = answer['message'] ?? answer['error']
  const { retry_after_ms: later, current_score, max_score } = answer
  return {
    reason,
    ...(typeof sentence === 'string' ? { detail: sentence } : {}),
    ...(typeof later === 'number' ? { retryAfterMs: later } : {}),
    ...(typeof current_score === 'number' && typeof max_score === 'number'
      ? { facts: { current_score, max_score } }
      : {}),
  }
}

/** The reason that an ERROR or a refusing response bears. */
export function reasonOf(message: NamedMessage | undefined): ErrorReason | undefined {
  const reason = message?.['reason']
  return isErrorReason(reason) ? reason : undefined
}
