import type { Context } from 'hono'
import { errorReasons } from '../../protocol/error-reasons.ts'
import type { WireRefusal } from '../../session/conversation/present-refusal.ts'
import { httpErrors, type HttpErrorReason } from './http-errors.ts'

/** What every error looks like. */
interface ErrorBody {
  readonly error: string
  readonly message: string
  readonly retry_after_ms?: number
}

const MS_PER_SECOND = 1000

/** A refusal of the table of ERROR, with its code. */
export function refused(context: Context, { reason, detail, retryAfterMs }: WireRefusal) {
  const { code, message } = errorReasons[reason]
  const body: ErrorBody = {
    error: reason,
    message: detail ?? message,
    ...(retryAfterMs === undefined ? {} : { retry_after_ms: retryAfterMs }),
  }
  if (retryAfterMs !== undefined)
    context.header('Retry-After', String(Math.ceil(retryAfterMs / MS_PER_SECOND)))
  return context.json(body, code)
}

/** An error that only HTTP knows. */
export function failed(context: Context, reason: HttpErrorReason, detail?: string) {
  const { code, message } = httpErrors[reason]
  const body: ErrorBody = { error: reason, message: detail ?? message }
  return context.json(body, code)
}
