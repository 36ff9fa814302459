import { createRoute, z } from '@hono/zod-openapi'
import type { Metrics } from '../../../application/ports/metrics.ts'
import type { App } from '../app.ts'
import { onlyFrom } from '../only-from.ts'

interface Deps {
  readonly metrics: Metrics
  /** Who may read them. */
  readonly networks: readonly string[]
}

/** For Prometheus. */
export function addMetricsRoute(app: App, { metrics, networks }: Deps): void {
  const metricsRoute = createRoute({
    method: 'get',
    path: '/metrics',
    middleware: onlyFrom(networks),
    responses: {
      200: {
        description: "All metrics, in Prometheus' format",
        content: { 'text/plain': { schema: z.string() } },
      },
      403: { description: 'Not from your network' },
    },
  })
  app.openapi(metricsRoute, async (context) => {
    const { contentType, body } = await metrics.text()
    return context.body(body, 200, { 'Content-Type': contentType })
  })
}
