import type { SessionId } from '../../domain/ids.ts'
import type { User } from '../../domain/user.ts'
import { UserState } from '../../domain/user-state.ts'
import type { EndCallOf } from '../call/end-call-of.ts'
import type { Effect, SessionEnd } from '../effect.ts'
import type { Tx } from '../ports/transaction.ts'
import type { AffectRoomOf } from '../room/affect-room-of.ts'

interface Deps {
  readonly affectRoomOf: AffectRoomOf
  readonly endCallOf: EndCallOf
}

export type EndSession = (
  tx: Tx,
  input: {
    readonly user: User
    readonly session: SessionId
    readonly cause: Exclude<SessionEnd, 'replace'>
  },
) => Promise<readonly Effect[]>

/**
 * Logout and lost connection (AUTH-7, CALL-8). A session that was replaced is no longer present: its late end
 * changes nothing. The user is Disconnected when the last session ends (DEV-5).
 */
export function makeEndSession({ affectRoomOf, endCallOf }: Deps): EndSession {
  return async (tx, { user, session, cause }) => {
    const ended = await tx.sessions.find(session)
    if (ended === undefined) return []
    await tx.sessions.remove(session)
    const isLast = (await tx.sessions.ofUser(user.id)).length === 0
    const present = isLast ? await tx.presence.find(user.id) : undefined
    // Out of presence first: the user goes from Busy to Disconnected in one step.
    if (isLast) await tx.presence.remove(user.id)
    return [
      { kind: 'session-ended', session, cause },
      ...(await endCallOf(tx, ended, cause)),
      ...(await affectRoomOf(tx, { user: user.id, session }, 'end_session')),
      ...(present === undefined ? [] : [gone(user, present.state)]),
    ]
  }
}

function gone(user: User, was: UserState): Effect {
  return { kind: 'presence', user, was, state: UserState.Disconnected }
}
