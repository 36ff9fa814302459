import {
  type SecurityEventName,
  securityEvents,
  type SecurityLog,
} from '../../application/ports/security-log.ts'
import type { Metrics } from '../../application/ports/metrics.ts'
import type { UserStore } from '../../application/ports/user-store.ts'
import type { Clock } from '../../application/ports/system/clock.ts'
import type { Config } from '../../config/schema.ts'
import { createMetrics } from '../../infrastructure/metrics/prometheus.ts'
import type { LoopWatch } from '../../infrastructure/system/loop-delay.ts'
import { Durations } from '../../session/figures/durations.ts'
import { createFigures, type Figures } from '../../session/figures/figures.ts'
import { WordCounts } from '../../session/figures/word-counts.ts'
import type { Inputs } from '../../session/inputs.ts'
import type { RateLimits } from '../../session/rates/rate-limits.ts'
import type { Reception } from '../../transport/admission/reception.ts'
import type { DiskWatch } from '../resources/resources.ts'
import { VERSION } from '../version.ts'
import { allMetrics } from './all-metrics.ts'
import type { MetricSources } from './sources.ts'

/** In milliseconds. */
const DISK_BOUNDS = [0.05, 0.25, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500]

/** What is counted while the daemon runs, whether or not anybody asks. */
export interface Counted extends Pick<MetricSources, 'accountSyncs' | 'journalWrites' | 'securityEvents'> {
  readonly figures: Figures
}

export function beginCounting(): Counted {
  return {
    figures: createFigures(),
    accountSyncs: new Durations(DISK_BOUNDS),
    journalWrites: new Durations(DISK_BOUNDS),
    securityEvents: new WordCounts(Object.keys(securityEvents).filter(isEvent)),
  }
}

function isEvent(word: string): word is SecurityEventName {
  return Object.hasOwn(securityEvents, word)
}

export function watchDisk({ accountSyncs, journalWrites }: Counted): DiskWatch {
  return {
    accountsSynced: (ms) => {
      accountSyncs.add(ms)
    },
    journalWritten: (ms) => {
      journalWrites.add(ms)
    },
  }
}

export function countEvents(log: SecurityLog, { securityEvents: counts }: Counted): SecurityLog {
  return {
    write(event) {
      counts.add(event.event)
      log.write(event)
    },
  }
}

interface Parts {
  readonly config: Config
  readonly counted: Counted
  readonly reception: Reception
  readonly inputs: Inputs
  readonly users: UserStore
  readonly rates: RateLimits
  readonly hasher: { readonly load: ReturnType<MetricSources['hashes']> }
  readonly loop: LoopWatch
  readonly webhooks: MetricSources['webhooks']
  readonly push: MetricSources['push']
  readonly clock: Clock
  readonly isReady: () => boolean
}

export function openMetrics(parts: Parts): Metrics {
  const { config, counted, reception, inputs, users, rates, hasher, loop, webhooks, push, clock, isReady } =
    parts
  const { administration } = inputs
  return createMetrics(
    allMetrics({
      ...counted,
      version: VERSION,
      traffic: () => reception.traffic,
      failedHandshakes: () => reception.failedHandshakes,
      isReady,
      sessions: administration.countSessions,
      calls: administration.countCalls,
      rooms: () => administration.rooms.count(),
      accounts: () => users.count(),
      banned: () => [...(rates.bans?.list(clock.monotonicMs()) ?? [])].length,
      outboxBytes: inputs.outboxBytes,
      hashes: () => hasher.load,
      maxPendingHashes: config.security.max_pending_hashes,
      maxConnections: config.server.max_connections,
      loop,
      cluster: administration.nodes,
      webhooks,
      push,
      now: () => clock.monotonicMs(),
    }),
  )
}
