import { z } from 'zod'
import type { UserStore } from '../../../application/ports/user-store.ts'
import { ok } from '../../../domain/result.ts'
import type { Room } from '../../../domain/room.ts'
import { presentMember } from '../../../session/delivery/present/present-room.ts'
import type { Administration } from '../../../session/administration.ts'
import type { AdmissionAnswer, RoomAnswer, RoomsAnswer } from '../answers.ts'
import { limit } from '../limit.ts'
import { refuse } from '../refuse.ts'
import { deny, type Reply, route, type Route } from '../route.ts'

interface Deps {
  readonly administration: Pick<Administration, 'rooms'>
  readonly users: Pick<UserStore, 'findByName' | 'findById'>
}

const MAX_NAME_LENGTH = 1024

const named = z.strictObject({ room: z.string().max(128) })
const someone = named.extend({ username: z.string().max(MAX_NAME_LENGTH) })
const page = z.strictObject({ after: z.string().max(128).optional(), limit })

export function roomRoutes({ administration: { rooms }, users }: Deps): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/rooms',
      input: page,
      async run(query) {
        const { rooms: shown, nextCursor: next = null } = await rooms.list(query)
        const listed = shown.map(({ id: room, name, members, maxMembers, inviteOnly }) => {
          return { room, name, members, max_members: maxMembers, invite_only: inviteOnly }
        })
        return { answer: ok({ rooms: listed, next } satisfies RoomsAnswer) }
      },
    }),
    route({
      method: 'GET',
      path: '/v1/rooms/show',
      input: named,
      async run({ room }) {
        const found = await rooms.find(room)
        return found.ok ? { answer: ok(await present(found.value)) } : refuse(found.error)
      },
    }),
    route({
      method: 'POST',
      path: '/v1/rooms/close',
      action: 'rooms close',
      input: named,
      about: (input) => input,
      async run({ room }) {
        const closed = await rooms.close(room)
        return closed.ok ? { answer: ok({}) } : refuse(closed.error)
      },
    }),
    route({
      method: 'POST',
      path: '/v1/rooms/remove',
      action: 'rooms remove',
      input: someone,
      about: (input) => input,
      run: remove,
    }),
    route({
      method: 'POST',
      path: '/v1/rooms/admit',
      action: 'rooms admit',
      input: someone,
      about: (input) => input,
      run: admit,
    }),
  ]

  /** Guests too, of whom no account is kept: so a member is found where it is. */
  async function remove({ room, username }: z.output<typeof someone>): Promise<Reply> {
    const found = await rooms.find(room)
    if (!found.ok) return refuse(found.error)
    const member = found.value.members.find(({ user }) => user.username === username)
    if (member === undefined) return refuse({ reason: 'not_room_member' })
    const { id: userId } = member.user
    const removed = await rooms.remove(room, userId)
    return { ...(removed.ok ? { answer: ok({}) } : refuse(removed.error)), subject: { userId } }
  }

  async function admit({ room, username }: z.output<typeof someone>): Promise<Reply> {
    const account = await users.findByName(username)
    if (account === undefined) return deny(404, 'user_not_found', 'there is no such account')
    const admitted = await rooms.admit(room, account.id)
    const reply = admitted.ok
      ? { answer: ok({ invite: admitted.value } satisfies AdmissionAnswer) }
      : refuse(admitted.error)
    return { ...reply, subject: { userId: account.id } }
  }

  async function present({ id, name, owner, maxMembers, inviteOnly, members }: Room): Promise<RoomAnswer> {
    const maker = owner === undefined ? undefined : await users.findById(owner)
    return {
      room: id,
      name,
      owner: maker?.username ?? owner ?? null,
      max_members: maxMembers,
      invite_only: inviteOnly,
      members: members.map(presentMember),
    }
  }
}
