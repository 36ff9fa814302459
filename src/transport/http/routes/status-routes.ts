import { createRoute, z } from '@hono/zod-openapi'
import type { Administration } from '../../../session/administration.ts'
import type { App } from '../app.ts'
import { errors, json } from '../route-parts.ts'

interface Deps {
  readonly administration: Pick<Administration, 'countSessions' | 'countCalls'>
  readonly isReady: () => boolean
  /** Where a browser is sent that asks for nothing in particular. */
  readonly startPage: string
  readonly version: string
  readonly server: z.output<typeof server>
  readonly wallMs: () => number
  readonly uptimeSecs: () => number
}

const overview = z.object({
  status: z.string(),
  connectedUsers: z.int(),
  activeCalls: z.int(),
  timestamp: z.iso.datetime(),
})
const health = z.object({ status: z.literal('ok'), version: z.string(), uptime_secs: z.int() })
const readiness = z.object({ status: z.enum(['ready', 'not_ready']) })

const FOUND = 302

const overviewRoute = createRoute({
  method: 'get',
  path: '/',
  responses: {
    ...errors,
    200: json('How the server is doing', overview),
    302: { description: 'For browsers: the way to a page' },
  },
})
const healthRoute = createRoute({
  method: 'get',
  path: '/health',
  responses: { ...errors, 200: json('The process answers', health) },
})
const readyRoute = createRoute({
  method: 'get',
  path: '/ready',
  responses: {
    200: json('It takes connections and calls', readiness),
    ...errors,
    503: json('It starts, or is about to stop', readiness),
  },
})

const server = z.object({
  name: z.string(),
  icon_url: z.string(),
  registration: z.enum(['open', 'invite', 'closed']),
})

const serverRoute = createRoute({
  method: 'get',
  path: '/api/server',
  responses: {
    ...errors,
    200: json('How the server calls itself, and who may register', server),
  },
})

/** For people and load balancers that want to know how the server is. */
export function addStatusRoutes(app: App, deps: Deps): void {
  const { administration, isReady, startPage, version, server, wallMs, uptimeSecs } = deps
  app.openapi(overviewRoute, async (context) => {
    if (context.req.header('accept')?.includes('text/html') === true)
      return context.redirect(startPage, FOUND)
    const { live } = administration.countSessions()
    const { active } = await administration.countCalls()
    return context.json(
      {
        status: isReady() ? 'running' : 'stopping',
        connectedUsers: live,
        activeCalls: active,
        timestamp: new Date(wallMs()).toISOString(),
      },
      200,
    )
  })
  app.openapi(healthRoute, (context) =>
    context.json({ status: 'ok' as const, version, uptime_secs: uptimeSecs() }, 200),
  )
  app.openapi(serverRoute, (context) => context.json(server, 200))
  app.openapi(readyRoute, (context) =>
    isReady()
      ? context.json({ status: 'ready' as const }, 200)
      : context.json({ status: 'not_ready' as const }, 503),
  )
}
