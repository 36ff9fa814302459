import type { Refusal } from '../../domain/refusal.ts'
import { errorReasons } from '../../protocol/error-reasons.ts'
import { deny, type Reply } from './route.ts'

/** What a use case has refused, by the same words as on the wire. */
export function refuse({ reason, detail }: Refusal): Reply {
  const { code, message } = errorReasons[reason]
  return deny(code === 404 ? 404 : code === 503 ? 503 : 409, reason, detail ?? message)
}
