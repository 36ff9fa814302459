import type { Metric } from '../../application/ports/metrics.ts'
import { clusterMetrics } from './cluster-metrics.ts'
import { machineMetrics } from './machine-metrics.ts'
import { messageMetrics } from './message-metrics.ts'
import { processMetrics } from './process-metrics.ts'
import { sessionMetrics } from './session-metrics.ts'
import { pushMetrics } from './push-metrics.ts'
import type { MetricSources } from './sources.ts'
import { webhookMetrics } from './webhook-metrics.ts'

/** Every metric, in the order of docs/metrics.md. */
export function allMetrics(sources: MetricSources): readonly Metric[] {
  return [
    ...machineMetrics(sources),
    ...sessionMetrics(sources),
    ...messageMetrics(sources),
    ...clusterMetrics(sources),
    ...webhookMetrics(sources),
    ...pushMetrics(sources),
    ...processMetrics(),
  ]
}
