import type { Metric } from '../../application/ports/metrics.ts'
import { inSeconds, seconds } from './in-seconds.ts'
import type { MetricSources } from './sources.ts'

/** The event loop, hash threads and disk: what everybody waits for. */
export function machineMetrics(sources: MetricSources): readonly Metric[] {
  const { hashes, loop, accountSyncs, journalWrites } = sources
  return [
    {
      name: 'ready',
      kind: 'gauge',
      help: '1 while clients are let in, 0 from the first moment of a drain or a stop.',
      read: () => [[sources.isReady() ? 1 : 0]],
    },
    {
      name: 'build_info',
      kind: 'gauge',
      help: 'Always 1; the labels say which version runs on which Node.',
      labels: ['version', 'node'],
      read: () => [[sources.version, process.version, 1]],
    },
    {
      name: 'event_loop_delay_seconds',
      kind: 'gauge',
      help: 'How late the event loop came in the latest stretch of at least ten seconds that was asked for: median, parts of all, and the worst.',
      labels: ['at'],
      read: () => {
        const { p50, p90, p99, max } = loop.delays(sources.now())
        return Object.entries({ p50, p90, p99, max }).map(([at, ms]) => [at, seconds(ms)])
      },
    },
    {
      name: 'event_loop_busy_seconds_total',
      kind: 'counter',
      help: 'How long the event loop did not wait. Its rate is the part of one core that there is, at most 1.',
      read: () => [[seconds(loop.busyMs())]],
    },
    {
      name: 'hashes',
      kind: 'gauge',
      help: 'Passwords that a thread is hashing, and passwords that wait for one.',
      labels: ['state'],
      read: () => Object.entries(hashes()),
    },
    {
      name: 'hashes_limit',
      kind: 'gauge',
      help: 'How many passwords may be hashed or wait: security.max_pending_hashes. Of more, some are refused with "overloaded".',
      read: () => [[sources.maxPendingHashes]],
    },
    {
      name: 'accounts_fsync_seconds',
      kind: 'histogram',
      help: 'How long an fsync of the account file takes. Registrations and changes of passwords wait for it.',
      read: () => inSeconds(accountSyncs),
    },
    {
      name: 'journal_write_seconds',
      kind: 'histogram',
      help: 'How long a write of the session journal takes. Nobody is heard meanwhile. It is synced only at a stop.',
      read: () => inSeconds(journalWrites),
    },
  ]
}
