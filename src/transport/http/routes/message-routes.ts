import { randomUUID } from 'node:crypto'
import { createRoute, z } from '@hono/zod-openapi'
import { MAX_MESSAGES_PAGE, newMessage, wireMessage } from '../../../protocol/messages/messages.ts'
import type { Inquiries } from '../../../session/inquiries.ts'
import { refused } from '../answers.ts'
import type { App } from '../app.ts'
import { bearer, errors, json } from '../route-parts.ts'
import type { WhoAsks } from '../who-asks.ts'

interface Deps {
  readonly whoAsks: WhoAsks
  readonly inquiries: Pick<Inquiries, 'lookAtMessages' | 'sendMessage'>
}

const conversation = z.object({
  conversation_id: z
    .string()
    .min(1)
    .max(257)
    .describe('The ids of two users with `|` between, or that of a room'),
})

const page = z.object({ items: z.array(wireMessage), more: z.boolean() })

const listRoute = createRoute({
  method: 'get',
  path: '/api/messages/{conversation_id}',
  security: bearer,
  request: {
    params: conversation,
    query: z.object({
      limit: z.coerce.number().int().min(1).max(MAX_MESSAGES_PAGE).optional(),
      before: z.string().max(64).optional().describe('The id of a message'),
    }),
  },
  responses: { ...errors, 200: json('Messages of the conversation, the earliest first', page) },
})

const sendRoute = createRoute({
  method: 'post',
  path: '/api/messages/{conversation_id}',
  security: bearer,
  request: {
    params: conversation,
    body: {
      required: true,
      content: { 'application/json': { schema: newMessage.partial({ client_id: true }) } },
    },
  },
  responses: { ...errors, 201: json('The message as it is stored', wireMessage) },
})

/** Text messages. It takes no session to read or to send them. */
export function addMessageRoutes(app: App, { whoAsks, inquiries }: Deps): void {
  app.openapi(listRoute, async (context) => {
    const user = await whoAsks.user(context)
    if (!user.ok) return refused(context, user.error)
    const { conversation_id: id } = context.req.valid('param')
    const read = await inquiries.lookAtMessages(
      context.var.address,
      user.value,
      id,
      context.req.valid('query'),
    )
    if (!read.ok) return refused(context, read.error)
    const { messages: items, more } = read.value
    return context.json({ items, more }, 200)
  })

  app.openapi(sendRoute, async (context) => {
    const user = await whoAsks.user(context)
    if (!user.ok) return refused(context, user.error)
    const { conversation_id } = context.req.valid('param')
    const { client_id = randomUUID(), ...sent } = context.req.valid('json')
    const message = { ...sent, client_id, conversation_id }
    const stored = await inquiries.sendMessage(context.var.address, user.value, message)
    return stored.ok ? context.json(stored.value, 201) : refused(context, stored.error)
  })
}
