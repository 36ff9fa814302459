import { createRoute, z } from '@hono/zod-openapi'
import type { App } from '../app.ts'

interface Status {
  readonly connectedUsers: number
  readonly activeCalls: number
}

interface Deps {
  readonly status: () => Promise<Status>
  readonly isReady: () => boolean
  readonly version: string
  readonly now: () => Date
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

const json = <Schema extends z.ZodType>(description: string, schema: Schema) => ({
  description,
  content: { 'application/json': { schema } },
})

const overviewRoute = createRoute({
  method: 'get',
  path: '/',
  responses: { 200: json('How the server is doing', overview) },
})
const healthRoute = createRoute({
  method: 'get',
  path: '/health',
  responses: { 200: json('The process answers', health) },
})
const readyRoute = createRoute({
  method: 'get',
  path: '/ready',
  responses: {
    200: json('It takes connections and calls', readiness),
    503: json('It starts, or is about to stop', readiness),
  },
})

/** For people and load balancers that want to know how the server is. */
export function addStatusRoutes(app: App, { status, isReady, version, now, uptimeSecs }: Deps): void {
  app.openapi(overviewRoute, async (context) => {
    const { connectedUsers, activeCalls } = await status()
    return context.json(
      {
        status: isReady() ? 'running' : 'stopping',
        connectedUsers,
        activeCalls,
        timestamp: now().toISOString(),
      },
      200,
    )
  })
  app.openapi(healthRoute, (context) =>
    context.json({ status: 'ok' as const, version, uptime_secs: uptimeSecs() }, 200),
  )
  app.openapi(readyRoute, (context) =>
    isReady()
      ? context.json({ status: 'ready' as const }, 200)
      : context.json({ status: 'not_ready' as const }, 503),
  )
}
