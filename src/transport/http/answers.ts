import type { Context } from 'hono'
import { type ErrorReason, errorReasons } from '../../protocol/error-reasons.ts'
import type { WireRefusal } from '../../session/conversation/present-refusal.ts'
import { httpErrors, type HttpErrorReason } from './http-errors.ts'

/** What every error looks like. */
interface ErrorBody {
  readonly error: string
  readonly message: string
  readonly retry_after_ms?: number
  /** The same again, with the scores, where a rule of its own was exceeded (RATE-10). */
  readonly retryAfterMs?: number
  readonly currentScore?: number
  readonly maxScore?: number
}

const MS_PER_SECOND = 1000

/** What comes after such a request is not read: where the next one begins is not certain. */
const ENDS_CONNECTION: ReadonlySet<string> = new Set<HttpErrorReason>([
  'malformed_request',
  'length_required',
  'body_too_large',
])

const reasons = { ...errorReasons, ...httpErrors }

/** Why something is refused: in the words of ERROR, or in those that only HTTP has. */
export type HttpRefusal = WireRefusal | { readonly reason: HttpErrorReason; readonly detail?: string }

/** The HTTP status of a reason of ERROR. */
export function httpCodeOf(reason: ErrorReason) {
  return errorReasons[reason].code
}

export function refusedWith(refusal: HttpRefusal) {
  const { reason, detail } = refusal
  const { code, message } = reasons[reason]
  const later = 'retryAfterMs' in refusal ? refusal.retryAfterMs : undefined
  const body: ErrorBody = {
    error: reason,
    message: detail ?? message,
    ...(later === undefined ? {} : { retry_after_ms: later }),
    ...scoresOf(refusal),
  }
  return { code, body }
}

function scoresOf(refusal: HttpRefusal): Partial<ErrorBody> {
  const { facts, retryAfterMs }: Partial<WireRefusal> = 'facts' in refusal ? refusal : {}
  const { current_score: currentScore, max_score: maxScore } = facts ?? {}
  if (retryAfterMs === undefined || currentScore === undefined || maxScore === undefined) return {}
  return { retryAfterMs, currentScore, maxScore }
}

export function refused(context: Context, refusal: HttpRefusal) {
  const { code, body } = refusedWith(refusal)
  const later = body.retry_after_ms
  if (later !== undefined) context.header('Retry-After', String(Math.ceil(later / MS_PER_SECOND)))
  if (ENDS_CONNECTION.has(refusal.reason)) context.header('Connection', 'close')
  return context.json(body, code)
}
