import type { NamedMessage } from '../../../protocol/codec/named-message.ts'
import { type HttpRefusal, refusedWith } from '../answers.ts'
import { refusalOf } from './refusal-of.ts'

/** After one of these the session is over or elsewhere. After any other it waits for its client as ever. */
const FINAL: ReadonlySet<string> = new Set([
  'session_replaced',
  'session_resumed',
  'session_ended_by_administrator',
  'account_changed',
  'logged_out_elsewhere',
  'shutting_down',
])

/** Why the server ends the connection, where the message says so. */
export function lastWordIn(message: NamedMessage): HttpRefusal | undefined {
  if (message.type === 'ERROR' && !('in_reply_to' in message)) return refusalOf(message)
  if (message.type !== 'GOAWAY' || message['reason'] !== 'shutting_down') return undefined
  const later = message['reconnect_after_ms']
  return { reason: 'shutting_down', ...(typeof later === 'number' ? { retryAfterMs: later } : {}) }
}

/** The same as the message that it was. */
export function errorOf(refusal: HttpRefusal): NamedMessage {
  const { code, body } = refusedWith(refusal)
  const { error: reason, ...rest } = body
  return { type: 'ERROR', code, reason, ...rest }
}

/** Asking again does not bring the session back. */
export function isFinal({ reason }: HttpRefusal): boolean {
  return FINAL.has(reason)
}
