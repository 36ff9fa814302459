import type { Ended, Transfer } from 'roomrtc-client'
import { elsewhereOf } from './elsewhere.ts'
import type { News } from './notices.ts'
import type { Outcome } from './past-calls.ts'

interface Over {
  /** Of the other one. */
  readonly username: string
  readonly outcome: Outcome
  readonly end: Ended
  /** The latest that was told of a transfer. */
  readonly transfer: Transfer | undefined
  /** The user's own id. */
  readonly me: string | undefined
}

/** What is told of a call that is over, if there is anything that one does not know. */
export function newsOfEnd({ username, outcome, end, transfer, me }: Over): News | undefined {
  const { reason, durationMs } = end
  const at = elsewhereOf(reason)
  if (at !== undefined) return { name: 'elsewhere', reason: at, username }
  if (reason === 'transferred') {
    // Who is handed over sees the next call.
    return transfer?.by === me && transfer !== undefined
      ? { name: 'transferred', username, to: transfer.to.username }
      : undefined
  }
  // Who has ended it knows; what was lost is told with all else that was lost.
  const isKnown = ['cancelled', 'declined_by_me'].includes(outcome) || reason === 'lost'
  return isKnown ? undefined : { name: 'call_over', username, outcome, durationMs, reason }
}
