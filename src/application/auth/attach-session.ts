import type { SessionId } from '../../domain/ids.ts'
import type { User } from '../../domain/user.ts'
import { tellPeerState } from '../call/peer-state.ts'
import type { ViewCall } from '../call/view-call.ts'
import type { Effect } from '../effect.ts'
import type { Tx } from '../ports/transaction.ts'
import type { AffectRoomOf } from '../room/affect-room-of.ts'
import { roomOfSession } from '../room/room-of-session.ts'
import { viewRoom } from '../room/view-room.ts'
import type { ListUsers } from '../user/list-users.ts'
import type { ViewWatched } from '../watch/view-watched.ts'

interface Deps {
  readonly affectRoomOf: AffectRoomOf
  readonly viewCall: ViewCall
  readonly listUsers: ListUsers
  readonly viewWatched: ViewWatched
}

export type AttachSession = (
  tx: Tx,
  input: { readonly user: User; readonly session: SessionId },
) => Promise<readonly Effect[]>

/**
 * Gives a session the asker's connection (RESUME-2), whether or not it has lost its own. The user list, or the states of
 * what it watches (WATCH-6), are the truth about what was not told in between.
 */
export function makeAttachSession({ affectRoomOf, viewCall, listUsers, viewWatched }: Deps): AttachSession {
  return async (tx, { user, session }) => {
    const present = await tx.sessions.find(session)
    if (present === undefined) throw new Error('a session that is there is known')
    const { detachedSince, ...attached } = present
    const { watching } = attached
    const listensToAll = watching === undefined || watching.users === 'everybody'
    await tx.sessions.put(attached)
    const who = { user: user.id, session }
    const inRoom = detachedSince === undefined ? [] : await affectRoomOf(tx, who, 'return')
    const room = await roomOfSession(tx, who)
    return [
      { kind: 'session-attached', session },
      {
        kind: 'answer-resumed',
        session,
        user,
        call: await viewCall(tx, attached),
        room: room && viewRoom(room, user.id),
        users: listensToAll ? await listUsers(tx, {}) : undefined,
        watched: watching && (await viewWatched(tx, user.id, watching)),
      },
      ...(detachedSince === undefined ? [] : await tellPeerState(tx, attached, 'connected')),
      ...inRoom,
    ]
  }
}
