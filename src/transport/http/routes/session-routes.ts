import { createRoute, z } from '@hono/zod-openapi'
import { codeOf } from '../../../protocol/codec/named-message.ts'
import { messageTable } from '../../../protocol/message-table.ts'
import { httpCodeOf, refused } from '../answers.ts'
import type { App } from '../app.ts'
import { bearer, body, errors, errorsOr, json, sessionHeader } from '../route-parts.ts'
import type { Mailboxes } from '../sessions/mailboxes.ts'
import { reasonOf } from '../sessions/refusal-of.ts'
import type { WhoAsks } from '../who-asks.ts'

interface Deps {
  readonly mailboxes: Mailboxes
  readonly whoAsks: WhoAsks
  readonly resumeWindowMs: number
  readonly wallMs: () => number
}

const message = z.looseObject({ type: z.string().describe('The name of the message, as in PROTOCOL.md') })

const answers = z.object({ answers: z.array(message) })

const openRoute = createRoute({
  method: 'post',
  path: '/api/session',
  security: bearer,
  request: {
    body: {
      required: false,
      content: {
        'application/json': {
          schema: z.object({ capabilities: z.array(z.string().max(64)).max(64).optional() }),
        },
      },
    },
  },
  responses: {
    ...errors,
    201: json('The session is open', z.object({ session_token: z.string(), resume_window_ms: z.int() })),
  },
})

const messagesRoute = createRoute({
  method: 'post',
  path: '/api/messages',
  security: bearer,
  request: { headers: sessionHeader, body: body(message) },
  responses: { ...errorsOr(answers), 200: json('What answers the message', answers) },
})

const heartbeatRoute = createRoute({
  method: 'post',
  path: '/api/users/heartbeat',
  security: bearer,
  request: { headers: sessionHeader },
  responses: { ...errors, 200: json('The session is there', z.object({ timestamp: z.int() })) },
})

const closeRoute = createRoute({
  method: 'delete',
  path: '/api/session',
  security: bearer,
  request: { headers: sessionHeader },
  responses: { ...errors, 200: json('The session has ended', z.object({ message: z.string() })) },
})

/** A session for clients that can only ask: opened, kept alive, used with the messages of the protocol, ended. */
export function addSessionRoutes(app: App, { mailboxes, whoAsks, resumeWindowMs, wallMs }: Deps): void {
  app.openapi(openRoute, async (context) => {
    const token = whoAsks.token(context)
    if (!token.ok) return refused(context, token.error)
    const { capabilities } = context.req.valid('json')
    const opened = await mailboxes.open(context.var.address, token.value, capabilities)
    if (!opened.ok) return refused(context, opened.error)
    const { sessionToken } = opened.value
    return context.json({ session_token: sessionToken, resume_window_ms: resumeWindowMs }, 201)
  })

  app.openapi(messagesRoute, async (context) => {
    const session = await whoAsks.session(context)
    if (!session.ok) return refused(context, session.error)
    const { type, ...payload } = context.req.valid('json')
    const code = codeOf(type)
    if (code === undefined) {
      return refused(context, { reason: 'unknown_type', detail: 'There is no message of this type' })
    }
    const reply = await session.value.mailbox.ask(code, payload)
    if (!reply.ok) return refused(context, reply.error)
    const given = [...reply.value.answers]
    const failed = given.find((answer) => answer.type === 'ERROR' || answer['success'] === false)
    const reason = reasonOf(failed)
    return context.json({ answers: given }, reason === undefined ? 200 : httpCodeOf(reason))
  })

  app.openapi(heartbeatRoute, async (context) => {
    const session = await whoAsks.session(context)
    return session.ok ? context.json({ timestamp: wallMs() }, 200) : refused(context, session.error)
  })

  app.openapi(closeRoute, async (context) => {
    const session = await whoAsks.session(context)
    if (!session.ok) return refused(context, session.error)
    const { mailbox } = session.value
    const reply = await mailbox.ask(messageTable.LOGOUT_REQUEST.code, {})
    if (!reply.ok) return refused(context, reply.error)
    mailboxes.close(session.value)
    return context.json({ message: 'Logged out' }, 200)
  })
}
