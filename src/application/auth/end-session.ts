import type { SessionId } from '../../domain/ids.ts'
import type { User } from '../../domain/user.ts'
import { UserState } from '../../domain/user-state.ts'
import type { EndCallOf } from '../call/end-call-of.ts'
import type { Effect } from '../effect.ts'
import type { Presence } from '../ports/presence.ts'

interface Deps {
  readonly presence: Presence
  readonly endCallOf: EndCallOf
}

export type EndSession = (input: {
  readonly user: User
  readonly session: SessionId
  readonly cause: 'disconnect' | 'log_out'
}) => Promise<readonly Effect[]>

/**
 * Logout and lost connection (AUTH-7, CALL-8). A session that was replaced is no longer present: its late end
 * changes nothing.
 */
export function makeEndSession({ presence, endCallOf }: Deps): EndSession {
  return async ({ user, session, cause }) => {
    const present = await presence.find(user.id)
    if (present?.session !== session) return []
    // Out of presence first: the user goes from Busy to Disconnected in one step.
    await presence.remove(user.id)
    return [
      { kind: 'session-ended', session, cause },
      ...(cause === 'log_out' ? [{ kind: 'answer-logged-out' } as const] : []),
      ...(await endCallOf(user.id, cause)),
      { kind: 'presence', user, was: present.state, state: UserState.Disconnected },
    ]
  }
}
