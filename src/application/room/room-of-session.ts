import type { SessionId, UserId } from '../../domain/ids.ts'
import type { Room } from '../../domain/room.ts'
import type { Tx } from '../ports/transaction.ts'

/** The room that the user is in by this session. */
export async function roomOfSession(
  { rooms }: Tx,
  { user, session }: { readonly user: UserId; readonly session: SessionId },
): Promise<Room | undefined> {
  const room = await rooms.roomOf(user)
  return room?.members.some((member) => member.session === session) === true ? room : undefined
}
