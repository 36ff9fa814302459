import { parseUserId, type UserId } from '../../domain/ids.ts'
import { type Refusal, RefusalReason } from '../../domain/refusal.ts'
import { err, ok, type Result } from '../../domain/result.ts'
import { type Invite, memberOf, type Room } from '../../domain/room.ts'
import type { Effect, Outcome } from '../effect.ts'
import type { Clock } from '../ports/system/clock.ts'
import type { SessionRecord } from '../ports/sessions.ts'
import type { Ids } from '../ports/system/ids.ts'
import type { Tx } from '../ports/transaction.ts'
import type { UserStore } from '../ports/user-store.ts'
import { findUser } from '../user/find-user.ts'
import { existingRoom } from './find-room.ts'
import type { RoomRules } from './room-rules.ts'

/** How long an invitation is good for. */
const INVITE_MS = 3_600_000

/** Of one room; the oldest go first. */
const MAX_INVITES = 100

interface Deps {
  readonly users: UserStore
  readonly ids: Ids
  readonly clock: Clock
  readonly roomRules: RoomRules
}

export type InviteToRoom = (tx: Tx, by: SessionRecord, room: string, to: string) => Promise<Outcome>

/** A member asks somebody in (ROOM-10). */
export function makeInviteToRoom(deps: Deps): InviteToRoom {
  return async (tx, { id: session, user: from }, text, to) => {
    const found = await existingRoom(tx, deps.roomRules, text)
    if (!found.ok) return found
    const { value: room } = found
    if (memberOf(room, from.id)?.session !== session) return err({ reason: RefusalReason.notRoomMember })
    const guest = parseUserId(to)
    if (guest === undefined || (await findUser(tx, deps.users, guest)) === undefined)
      return err({ reason: RefusalReason.userNotFound })
    if ((await tx.sessions.ofUser(guest)).length === 0) return err({ reason: RefusalReason.userUnavailable })
    const { invite, effects } = await invited(tx, room, guest, deps)
    return ok([
      ...effects,
      {
        kind: 'room-invitation',
        to: guest,
        from,
        room,
        invite: invite.code,
        expiresInMs: INVITE_MS,
      },
    ])
  }
}

export type AdmitToRoom = (
  tx: Tx,
  room: string,
  to: UserId,
) => Promise<Result<{ readonly invite: string; readonly effects: readonly Effect[] }, Refusal>>

/** An administrator lets somebody in, who is told of it in some other way: nobody has to be in the room. */
export function makeAdmitToRoom(deps: Deps): AdmitToRoom {
  return async (tx, text, to) => {
    const found = await existingRoom(tx, deps.roomRules, text)
    if (!found.ok) return found
    const { value: room } = found
    if ((await deps.users.findById(to)) === undefined) return err({ reason: RefusalReason.userNotFound })
    const { invite, effects } = await invited(tx, room, to, deps)
    return ok({ invite: invite.code, effects })
  }
}

async function invited(
  tx: Tx,
  room: Room,
  to: UserId,
  { ids, clock }: Deps,
): Promise<{ readonly invite: Invite; readonly effects: readonly Effect[] }> {
  const now = clock.monotonicMs()
  const invite = { code: ids.invite(), to, expiresAt: now + INVITE_MS }
  const standing = room.invites.filter((other) => other.to !== to && other.expiresAt > now)
  // A permanent room that nobody is in lasts as long as what lets somebody in.
  const emptySince = room.members.length === 0 ? (room.emptySince ?? now) : undefined
  const next = { ...room, emptySince, invites: [...standing, invite].slice(-MAX_INVITES) }
  await tx.rooms.put(next)
  return { invite, effects: [{ kind: 'room-changed', room: next }] }
}
