import type { Reason } from '../wire/reasons.ts'

/** Last words of a server after which nobody should come back unasked: another device would be put out for ever. */
const forGood: ReadonlySet<Reason> = new Set([
  'session_replaced',
  'session_resumed',
  'session_ended_by_administrator',
  'account_changed',
  'logged_out_elsewhere',
  'forbidden_origin',
])

/** Why a login that worked before is refused, and will be again. */
const notAgain: ReadonlySet<Reason> = new Set([
  'invalid_credentials',
  'invalid_token',
  'expired_token',
  'account_disabled',
  'username_taken_lookalike',
])

export function isForGood(reason: Reason | undefined): boolean {
  return reason !== undefined && forGood.has(reason)
}

export function isFinalRefusal(reason: Reason | undefined): boolean {
  return reason !== undefined && notAgain.has(reason)
}
