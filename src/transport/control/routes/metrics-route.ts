import { z } from 'zod'
import type { Metrics } from '../../../application/ports/metrics.ts'
import { ok } from '../../../domain/result.ts'
import type { MetricsAnswer } from '../answers.ts'
import { route, type Route } from '../route.ts'

export function metricsRoute(metrics: Metrics): Route {
  return route({
    method: 'GET',
    path: '/v1/metrics',
    input: z.strictObject({}),
    async run() {
      const { contentType: content_type, body: text } = await metrics.text()
      return { answer: ok({ content_type, text } satisfies MetricsAnswer) }
    },
  })
}
