import { z } from 'zod'

type Payload = Readonly<Record<string, unknown>>

const users = z.object({ users: z.array(z.object({ username: z.string(), state: z.string() })) })
const rooms = z.object({ rooms: z.array(z.object({ room_id: z.string(), members: z.number() })) })
const member = z.object({ user_id: z.string() })
const room = z.object({ room_id: z.string(), members: z.array(member) })
const resumed = z.object({
  call: z.looseObject({ call_id: z.string(), phase: z.string() }).nullable(),
  room: room.nullish(),
})

/** The state of each, by its name. */
export function statesIn(payload: Payload): Map<string, string> {
  return new Map(users.parse(payload).users.map(({ username, state }) => [username, state]))
}

export function roomsIn(payload: Payload): readonly { readonly room_id: string; readonly members: number }[] {
  return rooms.parse(payload).rooms
}

/** The id of whom ROOM_MEMBER is about. */
export function memberIn(payload: Payload): string {
  return member.parse(payload['member']).user_id
}

/** Of ROOM_JOINED: the others, by their ids. */
export function roomIn(payload: Payload): { readonly id: string; readonly members: Set<string> } {
  return roomOf(room.parse(payload))
}

/** What RESUMED says of the session. */
export function resumedIn(payload: Payload): {
  readonly call:
    | (Readonly<Record<string, unknown>> & { readonly call_id: string; readonly phase: string })
    | null
  readonly room: { readonly id: string; readonly members: Set<string> } | undefined
} {
  const { call, room: told } = resumed.parse(payload)
  return { call, room: told === null || told === undefined ? undefined : roomOf(told) }
}

function roomOf({ room_id: id, members }: z.infer<typeof room>): {
  readonly id: string
  readonly members: Set<string>
} {
  return { id, members: new Set(members.map(({ user_id }) => user_id)) }
}
