import { createRoute, z } from '@hono/zod-openapi'
import { messageTable } from '../../../protocol/message-table.ts'
import { refused } from '../answers.ts'
import type { App } from '../app.ts'
import { bearer, body, errors, json, sessionHeader } from '../route-parts.ts'
import { carriedOut } from '../sessions/carried-out.ts'
import type { WhoAsks } from '../who-asks.ts'

const wish = z.object({ on: z.boolean() })

const doNotDisturbRoute = createRoute({
  method: 'post',
  path: '/api/users/do-not-disturb',
  security: bearer,
  request: { headers: sessionHeader, body: body(wish) },
  responses: { ...errors, 200: json('It is so now', wish) },
})

/** What users say of themselves. */
export function addOwnAccountRoutes(app: App, { whoAsks }: { readonly whoAsks: WhoAsks }): void {
  app.openapi(doNotDisturbRoute, async (context) => {
    const session = await whoAsks.session(context)
    if (!session.ok) return refused(context, session.error)
    const { on } = context.req.valid('json')
    const done = await carriedOut(session.value.mailbox, messageTable.DO_NOT_DISTURB.code, { on })
    if (!done.ok) return refused(context, done.error)
    const [answer] = done.value.answers
    return context.json({ on: answer?.['on'] === true }, 200)
  })
}
