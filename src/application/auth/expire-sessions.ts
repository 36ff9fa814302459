import type { Effect } from '../effect.ts'
import type { Tx } from '../ports/transaction.ts'
import type { EndSession } from './end-session.ts'

interface Deps {
  readonly endSession: EndSession
  readonly resumeWindowMs: number
}

/** `now` in monotonic milliseconds. */
export type ExpireSessions = (tx: Tx, now: number) => Promise<readonly Effect[]>

/** Ends the sessions that nobody has resumed in time, exactly as a lost connection ends one (RESUME-7). */
export function makeExpireSessions({ endSession, resumeWindowMs }: Deps): ExpireSessions {
  return async (tx, now) => {
    const effects: Effect[] = []
    for (const { id: session, user } of await tx.sessions.detachedBy(now - resumeWindowMs)) {
      effects.push(...(await endSession(tx, { user, session, cause: 'disconnect' })))
    }
    return effects
  }
}
