import type { LiveCall } from '../../domain/call.ts'
import type { Room } from '../../domain/room.ts'

/** The call with its instants moved from one clock to another; none of them lies beyond `latest`. */
export function shifted(call: LiveCall, by: number, latest = Infinity): LiveCall {
  const shift = (instant: number) => Math.min(instant + by, latest)
  if (call.phase === 'ringing') return { ...call, since: shift(call.since) }
  const { since, activeSince, talkingSince } = call
  return {
    ...call,
    since: shift(since),
    activeSince: shift(activeSince),
    talkingSince: talkingSince === undefined ? undefined : shift(talkingSince),
  }
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
