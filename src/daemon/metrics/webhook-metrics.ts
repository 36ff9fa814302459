import type { Metric } from '../../application/ports/metrics.ts'
import type { MetricSources } from './sources.ts'

/** What has become of events for other programs; nothing where there are no webhooks. */
export function webhookMetrics({ webhooks }: MetricSources): readonly Metric[] {
  if (webhooks === undefined) return []
  return [
    {
      name: 'webhook_events_total',
      kind: 'counter',
      help: 'With webhooks: events by what became of them at each destination. "dropped" are those that a full queue pushed out, "lost" those that a stop cut off.',
      labels: ['result'],
      read: () => webhooks.results(),
    },
    {
      name: 'webhook_events_waiting',
      kind: 'gauge',
      help: 'With webhooks: events that are still to be delivered, of all destinations together.',
      read: () => [[webhooks.waiting()]],
    },
  ]
}
