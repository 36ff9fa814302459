import type { SessionId } from '../../domain/ids.ts'
import type { User } from '../../domain/user.ts'
import { tellPeerState } from '../call/peer-state.ts'
import type { Effect } from '../effect.ts'
import type { Clock } from '../ports/system/clock.ts'
import type { Tx } from '../ports/transaction.ts'
import type { AffectRoomOf } from '../room/affect-room-of.ts'

interface Deps {
  readonly affectRoomOf: AffectRoomOf
  readonly clock: Clock
}

export type DetachSession = (
  tx: Tx,
  input: { readonly user: User; readonly session: SessionId },
) => Promise<readonly Effect[]>

/** A session that may be resumed has lost its connection (RESUME-5): its user stays present, its call goes on. */
export function makeDetachSession({ affectRoomOf, clock }: Deps): DetachSession {
  return async (tx, { user, session }) => {
    const present = await tx.sessions.find(session)
    if (present === undefined || present.detachedSince !== undefined) return []
    await tx.sessions.put({ ...present, detachedSince: clock.monotonicMs() })
    return [
      { kind: 'session-detached', session },
      ...(await tellPeerState(tx, present, 'reconnecting')),
      ...(await affectRoomOf(tx, { user: user.id, session }, 'lose')),
    ]
  }
}
