import type { LiveCall } from '../../domain/call.ts'
import type { Room } from '../../domain/room.ts'

/** The call with its instants moved from one clock to another; none of them lies beyond `latest`. */
export function shifted(call: LiveCall, by: number, latest = Infinity): LiveCall {
  if (call.phase === 'ringing') return { ...call, since: Math.min(call.since + by, latest) }
  if (call.talkingSince === undefined) return call
  return { ...call, talkingSince: Math.min(call.talkingSince + by, latest) }
}

/** The same of a room. What expires may lie beyond `latest`. */
export function shiftedRoom(room: Room, by: number, latest = Infinity): Room {
  const { emptySince, invites } = room
  return {
    ...room,
    invites: invites.map((invite) => ({ ...invite, expiresAt: invite.expiresAt + by })),
    emptySince: emptySince === undefined ? undefined : Math.min(emptySince + by, latest),
  }
}
