import { createRoute, z } from '@hono/zod-openapi'
import type { LiveCall } from '../../../domain/call.ts'
import type { User } from '../../../domain/user.ts'
import type { Room } from '../../../domain/room.ts'
import type { SessionView } from '../../../session/administration.ts'
import { transports } from '../../../session/conversation/sink.ts'
import type { App } from '../app.ts'
import { onlyFrom } from '../only-from.ts'
import { errors, json } from '../route-parts.ts'

interface Deps {
  /** Networks of those who may look. */
  readonly watchers: readonly string[]
  readonly sessions: () => Iterable<SessionView>
  readonly calls: () => Promise<readonly LiveCall[]>
  readonly rooms: () => Promise<readonly Room[]>
}

const person = { user_id: z.string(), username: z.string() }

const users = z.object({
  users: z.array(
    z.object({ ...person, sessions: z.int(), connected: z.boolean(), call_id: z.string().optional() }),
  ),
})
const connections = z.object({
  connections: z.array(
    z.object({
      ...person,
      connection: z.int(),
      transport: z.enum(transports),
      address: z.string(),
      capabilities: z.array(z.string()),
    }),
  ),
})
const calls = z.object({
  calls: z.array(
    z.object({
      call_id: z.string(),
      phase: z.enum(['ringing', 'active']),
      caller: z.object(person),
      callee: z.object(person),
    }),
  ),
})
const rooms = z.object({
  rooms: z.array(
    z.object({
      room_id: z.string(),
      name: z.string(),
      max_members: z.int(),
      invite_only: z.boolean(),
      members: z.array(z.object({ ...person, state: z.enum(['connected', 'reconnecting']) })),
    }),
  ),
})

const path = <Path extends string, Schema extends z.ZodType>(path: Path, about: string, schema: Schema) =>
  createRoute({ method: 'get', path, responses: { ...errors, 200: json(about, schema) } })

const usersRoute = path('/debug/users', 'Who has a session', users)
const connectionsRoute = path('/debug/connections', 'Connections of those who have logged in', connections)
const callsRoute = path('/debug/calls', 'Calls that ring or are active', calls)
const roomsRoute = path('/debug/rooms', 'Rooms, and who is in them', rooms)

/** What is there now, for those who watch over the server: without secrets, descriptions and candidates. */
export function addDebugRoutes(app: App, { watchers, sessions, calls, rooms: liveRooms }: Deps): void {
  app.use('/debug/*', onlyFrom(watchers))

  app.openapi(usersRoute, (context) =>
    context.json(
      {
        users: [...byUser(sessions())].map(([{ id, username }, own]) => {
          const call = own.find((session) => session.call !== undefined)?.call
          const connected = own.some(({ isConnected }) => isConnected)
          const person = { user_id: id, username, sessions: own.length, connected }
          return call === undefined ? person : { ...person, call_id: call }
        }),
      },
      200,
    ),
  )

  app.openapi(connectionsRoute, (context) =>
    context.json(
      {
        connections: [...sessions()].flatMap(({ user, connection, capabilities }) =>
          connection === undefined
            ? []
            : [
                {
                  user_id: user.id,
                  username: user.username,
                  connection: connection.id,
                  transport: connection.transport,
                  address: connection.address,
                  capabilities: [...capabilities],
                },
              ],
        ),
      },
      200,
    ),
  )

  app.openapi(callsRoute, async (context) => {
    const live = await calls()
    return context.json(
      {
        calls: live.map(({ id, phase, caller, callee }) => ({
          call_id: id,
          phase,
          caller: { user_id: caller.id, username: caller.username },
          callee: { user_id: callee.id, username: callee.username },
        })),
      },
      200,
    )
  })

  app.openapi(roomsRoute, async (context) => {
    const live = await liveRooms()
    return context.json(
      {
        rooms: live.map(({ id, name, maxMembers, inviteOnly, members }) => ({
          room_id: id,
          name,
          max_members: maxMembers,
          invite_only: inviteOnly,
          members: members.map(({ user, state }) => {
            return { user_id: user.id, username: user.username, state }
          }),
        })),
      },
      200,
    )
  })
}

/** One entry a user, whose devices are sessions of their own. */
function byUser(sessions: Iterable<SessionView>): Iterable<[User, readonly SessionView[]]> {
  const users = new Map<string, [User, SessionView[]]>()
  for (const session of sessions) {
    const { user } = session
    const known = users.get(user.id)
    if (known === undefined) users.set(user.id, [user, [session]])
    else known[1].push(session)
  }
  return users.values()
}
