import type { Metric } from '../../application/ports/metrics.ts'
import { inSeconds, seconds } from './in-seconds.ts'
import type { MetricSources } from './sources.ts'

/** What this node has to do with others; nothing where it is alone. */
export function clusterMetrics({
  cluster,
  figures,
}: Pick<MetricSources, 'cluster' | 'figures'>): readonly Metric[] {
  if (cluster === undefined) return []
  const { commits, commitTimes, lags } = figures.cluster
  return [
    {
      name: 'cluster_nodes',
      kind: 'gauge',
      help: 'In a cluster: nodes that live, as this one knows.',
      read: () => [[cluster.count()]],
    },
    {
      name: 'cluster_commits_total',
      kind: 'counter',
      help: 'In a cluster: commits of this node by their result. After a conflict it decides anew, and that is another one.',
      labels: ['result'],
      read: () => commits.entries(),
    },
    {
      name: 'cluster_commit_seconds',
      kind: 'histogram',
      help: 'In a cluster: from a decision of this node until it is in Redis and this node has carried it out.',
      read: () => inSeconds(commitTimes),
    },
    {
      name: 'cluster_lag_seconds',
      kind: 'histogram',
      help: 'In a cluster: from a decision of another node until this one has carried it out.',
      read: () => inSeconds(lags),
    },
    {
      name: 'cluster_lease_seconds',
      kind: 'gauge',
      help: 'In a cluster: how much longer this node may write; 0 once others may declare it dead. It is renewed after a third of cluster.node_timeout_ms.',
      read: () => [[seconds(cluster.leaseLeftMs())]],
    },
  ]
}
