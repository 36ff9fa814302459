import type { ContentFault } from '../../protocol/codec/decode-payload.ts'
import type { NamedMessage } from '../../protocol/codec/named-message.ts'
import { type ErrorReason, errorReasons } from '../../protocol/error-reasons.ts'
import type { WireRefusal } from '../../session/conversation/present-refusal.ts'

/** Why something did not come about: `reason` for the program, `error` for the person. */
export interface Fault extends Readonly<Record<string, unknown>> {
  readonly reason: string
  readonly error: string
  readonly retryAfterMs?: number
}

export function faultBy({ reason, detail, retryAfterMs }: WireRefusal): Fault {
  const error = detail ?? errorReasons[reason].message
  return { reason, error, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) }
}

/** The fault that an answer tells of; the bug of no answer at all is ours. */
export function faultIn(answer: NamedMessage | undefined): Fault {
  const reason = answer?.['reason']
  const error = answer?.['message'] ?? answer?.['error']
  const later = answer?.['retry_after_ms']
  if (typeof reason !== 'string' || typeof error !== 'string') return faultBy({ reason: 'internal' })
  return { reason, error, ...(typeof later === 'number' ? { retryAfterMs: later } : {}) }
}

export function contentFault(reason: ErrorReason, detail?: string): ContentFault {
  return { reason, detail: detail ?? errorReasons[reason].message }
}
