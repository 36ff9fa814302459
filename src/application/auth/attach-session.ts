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

interface Deps {
  readonly affectRoomOf: AffectRoomOf
  readonly viewCall: ViewCall
  readonly listUsers: ListUsers
}

export type AttachSession = (
  tx: Tx,
  input: { readonly user: User; readonly session: SessionId },
) => Promise<readonly Effect[]>

/**
 * Gives a session the asker's connection (RESUME-2), whether or not it has lost its own. The user list is the truth about
 * what was not told in between.
 */
export function makeAttachSession({ affectRoomOf, viewCall, listUsers }: Deps): AttachSession {
  return async (tx, { user, session }) => {
    const present = await tx.sessions.find(session)
    if (present === undefined) throw new Error('a session that is there is known')
    const { detachedSince, ...attached } = present
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
        users: await listUsers(tx, {}),
      },
      ...(detachedSince === undefined ? [] : await tellPeerState(tx, attached, 'connected')),
      ...inRoom,
    ]
  }
}
