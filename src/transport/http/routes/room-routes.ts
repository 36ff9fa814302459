import { createRoute, z } from '@hono/zod-openapi'
import { messageTable } from '../../../protocol/message-table.ts'
import { MAX_LISTED_ROOMS, room } from '../../../protocol/messages/room.ts'
import type { Inquiries } from '../../../session/inquiries.ts'
import { refused } from '../answers.ts'
import type { App } from '../app.ts'
import { bearer, errors, json, sessionHeader } from '../route-parts.ts'
import { carriedOut } from '../sessions/carried-out.ts'
import type { WhoAsks } from '../who-asks.ts'

interface Deps {
  readonly whoAsks: WhoAsks
  readonly inquiries: Pick<Inquiries, 'listRooms' | 'lookAtRoom'>
}

const params = z.object({ id: z.string().describe('Of the room') })

const { room_id, name, max_members, invite_only } = room.shape
const listed = z.object({ room_id, name, max_members, invite_only, members: z.int() })

const listRoute = createRoute({
  method: 'get',
  path: '/api/rooms',
  security: bearer,
  request: {
    query: z.object({
      cursor: z.string().max(64).optional(),
      limit: z.coerce.number().int().min(1).max(MAX_LISTED_ROOMS).optional(),
    }),
  },
  responses: {
    ...errors,
    200: json(
      'The rooms that the user may see, by their ids; members are numbers',
      z.object({ rooms: z.array(listed), next_cursor: z.string().optional() }),
    ),
  },
})

const infoRoute = <Method extends 'get' | 'post'>(method: Method) =>
  createRoute({
    method,
    path: '/api/rooms/{id}/info',
    security: bearer,
    request: { params },
    responses: { ...errors, 200: json('The room, with all its members', room) },
  })

/** The message of that meaning has these fields, and the id of the room. Which it needs, it says itself. */
const optionalBody = <Schema extends z.ZodType>(schema: Schema) => ({
  required: false,
  content: { 'application/json': { schema } },
})

const joinRoute = createRoute({
  method: 'post',
  path: '/api/rooms/{id}/join',
  security: bearer,
  request: {
    headers: sessionHeader,
    params,
    body: optionalBody(z.object({ nickname: z.string().optional(), invite: z.string().optional() })),
  },
  responses: { ...errors, 200: json('The session is in the room; the others are its members', room) },
})

const { ROOM_JOIN, ROOM_LEAVE, ROOM_UPDATE, ROOM_INVITE, ROOM_REMOVE, ROOM_CLOSE } = messageTable

const flag = z.boolean().optional()

const actions = [
  { verb: 'leave', about: 'The session is not in the room any more', fields: {}, code: ROOM_LEAVE.code },
  {
    verb: 'update',
    about: 'The others are told',
    fields: { nickname: z.string().optional(), audio_muted: flag, video_muted: flag },
    code: ROOM_UPDATE.code,
  },
  {
    verb: 'invite',
    about: 'The user is told, with the invitation',
    fields: { to_user_id: z.string() },
    code: ROOM_INVITE.code,
  },
  {
    verb: 'remove',
    about: 'The member is not in the room any more',
    fields: { user_id: z.string() },
    code: ROOM_REMOVE.code,
  },
  { verb: 'close', about: 'Nobody is in the room any more', fields: {}, code: ROOM_CLOSE.code },
] as const

/** Rooms by plain requests. What changes something does what the message of the same meaning does. */
export function addRoomRoutes(app: App, { whoAsks, inquiries }: Deps): void {
  app.openapi(listRoute, async (context) => {
    const user = await whoAsks.user(context)
    if (!user.ok) return refused(context, user.error)
    const page = await inquiries.listRooms(context.var.address, user.value, context.req.valid('query'))
    if (!page.ok) return refused(context, page.error)
    const { rooms, ...rest } = page.value
    return context.json({ rooms: [...rooms], ...rest }, 200)
  })

  for (const method of ['get', 'post'] as const) {
    app.openapi(infoRoute(method), async (context) => {
      const user = await whoAsks.user(context)
      if (!user.ok) return refused(context, user.error)
      const found = await inquiries.lookAtRoom(user.value, context.req.valid('param').id)
      return found.ok ? context.json(found.value, 200) : refused(context, found.error)
    })
  }

  app.openapi(joinRoute, async (context) => {
    const session = await whoAsks.session(context)
    if (!session.ok) return refused(context, session.error)
    const { id } = context.req.valid('param')
    const asked = { ...context.req.valid('json'), room_id: id }
    const joined = await carriedOut(session.value.mailbox, ROOM_JOIN.code, asked)
    if (!joined.ok) return refused(context, joined.error)
    const told = room.safeParse(joined.value.written.find(({ type }) => type === 'ROOM_JOINED'))
    return told.success ? context.json(told.data, 200) : refused(context, { reason: 'internal' })
  })

  for (const { verb, about, fields, code } of actions) {
    const route = createRoute({
      method: 'post',
      path: `/api/rooms/{id}/${verb}`,
      security: bearer,
      request: { headers: sessionHeader, params, body: optionalBody<z.ZodObject>(z.object(fields)) },
      responses: { ...errors, 200: json(about, z.object({})) },
    })
    app.openapi(route, async (context) => {
      const session = await whoAsks.session(context)
      if (!session.ok) return refused(context, session.error)
      const { id } = context.req.valid('param')
      const asked = { ...context.req.valid('json'), room_id: id }
      const done = await carriedOut(session.value.mailbox, code, asked)
      return done.ok ? context.json({}, 200) : refused(context, done.error)
    })
  }
}
