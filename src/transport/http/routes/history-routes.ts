import { createRoute, z } from '@hono/zod-openapi'
import { historyPage, MAX_HISTORY_PAGE } from '../../../protocol/messages/history.ts'
import type { Inquiries } from '../../../session/inquiries.ts'
import { refused } from '../answers.ts'
import type { App } from '../app.ts'
import { bearer, errors, json } from '../route-parts.ts'
import type { WhoAsks } from '../who-asks.ts'

interface Deps {
  readonly whoAsks: WhoAsks
  readonly inquiries: Pick<Inquiries, 'lookAtHistory' | 'markSeen'>
}

const listRoute = createRoute({
  method: 'get',
  path: '/api/history',
  security: bearer,
  request: {
    query: z.object({
      cursor: z.string().max(144).optional(),
      limit: z.coerce.number().int().min(1).max(MAX_HISTORY_PAGE).optional(),
      missed: z.enum(['true', 'false']).optional().describe('Missed calls only'),
    }),
  },
  responses: { ...errors, 200: json('The calls of the past, the newest first', historyPage) },
})

const seen = z.object({
  call_id: z.string().max(128).optional().describe('One call'),
  up_to: z.int().min(0).optional().describe('All that began by then, in Unix milliseconds'),
})

const seenRoute = createRoute({
  method: 'post',
  path: '/api/history/seen',
  security: bearer,
  request: { body: { required: false, content: { 'application/json': { schema: seen } } } },
  responses: {
    ...errors,
    200: json('How many missed calls have not been seen', z.object({ unseen: z.int() })),
  },
})

/** The calls of the past. It takes no session to ask. */
export function addHistoryRoutes(app: App, { whoAsks, inquiries }: Deps): void {
  app.openapi(listRoute, async (context) => {
    const user = await whoAsks.user(context)
    if (!user.ok) return refused(context, user.error)
    const { missed, ...query } = context.req.valid('query')
    const wanted = { ...query, missed: missed === 'true' }
    const page = await inquiries.lookAtHistory(context.var.address, user.value, wanted)
    return page.ok ? context.json(page.value, 200) : refused(context, page.error)
  })

  app.openapi(seenRoute, async (context) => {
    const user = await whoAsks.user(context)
    if (!user.ok) return refused(context, user.error)
    const left = await inquiries.markSeen(context.var.address, user.value, context.req.valid('json'))
    return left.ok ? context.json({ unseen: left.value }, 200) : refused(context, left.error)
  })
}
