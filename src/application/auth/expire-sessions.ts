import type { Effect } from '../effect.ts'
import type { Presence } from '../ports/presence.ts'
import type { EndSession } from './end-session.ts'

interface Deps {
  readonly presence: Presence
  readonly endSession: EndSession
  readonly resumeWindowMs: number
}

/** `now` in monotonic milliseconds. */
export type ExpireSessions = (now: number) => Promise<readonly Effect[]>

/** Ends the sessions that nobody has resumed in time, exactly as a lost connection ends one (RESUME-7). */
export function makeExpireSessions({ presence, endSession, resumeWindowMs }: Deps): ExpireSessions {
  return async (now) => {
    const effects: Effect[] = []
    for (const { user, session } of await presence.detachedBy(now - resumeWindowMs)) {
      effects.push(...(await endSession({ user, session, cause: 'disconnect' })))
    }
    return effects
  }
}
