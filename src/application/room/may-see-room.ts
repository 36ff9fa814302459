import type { UserId } from '../../domain/ids.ts'
import { isInvited, memberOf, type Room } from '../../domain/room.ts'

/** Rooms for the invited alone are there for these and the members (ROOM-11). `viewer`: undefined for the administrator. */
export function maySeeRoom(room: Room, viewer: UserId | undefined, now: number): boolean {
  if (!room.inviteOnly || viewer === undefined) return true
  return memberOf(room, viewer) !== undefined || isInvited(room, viewer, now)
}
