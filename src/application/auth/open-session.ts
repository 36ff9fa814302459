import type { SessionId } from '../../domain/ids.ts'
import { RefusalReason } from '../../domain/refusal.ts'
import { err, ok } from '../../domain/result.ts'
import type { User } from '../../domain/user.ts'
import { UserState } from '../../domain/user-state.ts'
import type { EndCallOf } from '../call/end-call-of.ts'
import type { Effect, Outcome } from '../effect.ts'
import type { Ids } from '../ports/ids.ts'
import type { Presence } from '../ports/presence.ts'

export type SessionPolicy = 'replace' | 'reject'

interface Deps {
  readonly presence: Presence
  readonly ids: Ids
  readonly endCallOf: EndCallOf
  readonly sessionPolicy: SessionPolicy
}

/** `own`: the session that the asking connection has already. */
export type OpenSession = (input: {
  readonly user: User
  readonly own: SessionId | undefined
}) => Promise<Outcome>

/** Binds whoever proved to be the user to a session of its own; one session per user (SESS-1). */
export function makeOpenSession({ presence, ids, endCallOf, sessionPolicy }: Deps): OpenSession {
  return async ({ user, own }) => {
    const present = await presence.find(user.id)
    if (present !== undefined && present.session === own) return ok([{ kind: 'answer-logged-in', user }])
    // A session without a connection must not keep its own user out.
    if (present !== undefined && present.detachedSince === undefined && sessionPolicy === 'reject')
      return err({ reason: RefusalReason.sessionExists })

    // Ending the replaced session's call brings the user back to Available: it never flickers to Disconnected.
    const leaving: readonly Effect[] =
      present === undefined
        ? []
        : [
            { kind: 'session-ended', session: present.session, cause: 'replace' },
            ...(await endCallOf(user.id, 'replace')),
          ]
    const session = ids.session()
    await presence.put({ user, session, state: UserState.Available })
    return ok([
      { kind: 'session-opened', session, user },
      { kind: 'answer-logged-in', user },
      ...leaving,
      ...(present === undefined ? [arrival(user)] : []),
    ])
  }
}

function arrival(user: User): Effect {
  return { kind: 'presence', user, was: UserState.Disconnected, state: UserState.Available }
}
