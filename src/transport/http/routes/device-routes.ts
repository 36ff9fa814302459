import { createRoute, z } from '@hono/zod-openapi'
import { messageTable } from '../../../protocol/message-table.ts'
import { deviceList, movedCall } from '../../../protocol/messages/devices.ts'
import { refused } from '../answers.ts'
import type { App } from '../app.ts'
import { bearer, body, errors, json, sessionHeader } from '../route-parts.ts'
import { carriedOut } from '../sessions/carried-out.ts'
import type { Mailboxes } from '../sessions/mailboxes.ts'
import type { WhoAsks } from '../who-asks.ts'

interface Deps {
  readonly whoAsks: WhoAsks
  readonly mailboxes: Pick<Mailboxes, 'close'>
}

const { CALL_MOVE, DEVICES_REQUEST, DEVICE_LOGOUT } = messageTable

const listRoute = createRoute({
  method: 'get',
  path: '/api/devices',
  security: bearer,
  request: { headers: sessionHeader },
  responses: { ...errors, 200: json('The sessions of the user, the oldest first', deviceList) },
})

const endRoute = createRoute({
  method: 'delete',
  path: '/api/devices/{id}',
  security: bearer,
  request: { headers: sessionHeader, params: z.object({ id: z.string().describe('Of the session') }) },
  responses: { ...errors, 200: json('That session has ended; these are left', deviceList) },
})

const moveRoute = createRoute({
  method: 'post',
  path: '/api/call/move',
  security: bearer,
  request: { headers: sessionHeader, body: body(z.object({ call_id: z.string() })) },
  responses: { ...errors, 200: json('The call goes on here', movedCall) },
})

/** The user's devices by plain requests. Each does what the message of the same meaning does. */
export function addDeviceRoutes(app: App, { whoAsks, mailboxes }: Deps): void {
  app.openapi(listRoute, async (context) => {
    const session = await whoAsks.session(context)
    if (!session.ok) return refused(context, session.error)
    const told = await carriedOut(session.value.mailbox, DEVICES_REQUEST.code, {})
    if (!told.ok) return refused(context, told.error)
    const list = deviceList.safeParse(told.value.answers.find(({ type }) => type === 'DEVICES'))
    return list.success ? context.json(list.data, 200) : refused(context, { reason: 'internal' })
  })

  app.openapi(endRoute, async (context) => {
    const session = await whoAsks.session(context)
    if (!session.ok) return refused(context, session.error)
    const { id } = context.req.valid('param')
    const told = await carriedOut(session.value.mailbox, DEVICE_LOGOUT.code, { session_id: id })
    if (!told.ok) return refused(context, told.error)
    const list = deviceList.safeParse(told.value.answers.find(({ type }) => type === 'DEVICES'))
    if (!list.success) return refused(context, { reason: 'internal' })
    if (!list.data.devices.some((device) => device.this)) mailboxes.close(session.value)
    return context.json(list.data, 200)
  })

  app.openapi(moveRoute, async (context) => {
    const session = await whoAsks.session(context)
    if (!session.ok) return refused(context, session.error)
    const done = await carriedOut(session.value.mailbox, CALL_MOVE.code, context.req.valid('json'))
    if (!done.ok) return refused(context, done.error)
    const told = movedCall.safeParse(done.value.written.find(({ type }) => type === 'CALL_MOVED'))
    return told.success ? context.json(told.data, 200) : refused(context, { reason: 'internal' })
  })
}
