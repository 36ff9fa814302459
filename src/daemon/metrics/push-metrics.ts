import type { Metric } from '../../application/ports/metrics.ts'
import type { MetricSources } from './sources.ts'

/** What has become of pushes; nothing where nobody is woken by them. */
export function pushMetrics({ push }: MetricSources): readonly Metric[] {
  if (push === undefined) return []
  return [
    {
      name: 'pushes_total',
      kind: 'counter',
      help: 'With push.enabled: what was sent to wake devices, by what became of it. "gone" are devices that cannot be woken any more and were forgotten.',
      labels: ['result'],
      read: () => push.results(),
    },
  ]
}
