import type { Hooks } from '../../application/ports/hooks.ts'
import type { PushService } from '../../application/ports/waker.ts'
import type { LoopWatch } from '../../infrastructure/system/loop-delay.ts'
import type { Durations } from '../../session/figures/durations.ts'
import type { Figures } from '../../session/figures/figures.ts'
import type { WordCounts } from '../../session/figures/word-counts.ts'
import type { NodeAdministration } from '../../session/node-administration.ts'
import type { SecurityEventName } from '../../application/ports/security-log.ts'
import type { TrafficByTransport } from '../../transport/admission/traffic.ts'

/** Where metrics come from. */
export interface MetricSources {
  readonly version: string
  readonly figures: Figures
  readonly traffic: () => TrafficByTransport
  readonly failedHandshakes: () => number
  /** False once it takes nobody any more. */
  readonly isReady: () => boolean
  readonly sessions: () => { readonly live: number; readonly detached: number }
  readonly calls: () => Promise<{ readonly ringing: number; readonly active: number }>
  readonly rooms: () => Promise<{ readonly occupied: number; readonly members: number }>
  readonly accounts: () => Promise<number>
  readonly banned: () => number
  readonly outboxBytes: () => number
  readonly hashes: () => { readonly working: number; readonly waiting: number }
  readonly maxPendingHashes: number
  readonly maxConnections: number
  readonly securityEvents: WordCounts<SecurityEventName>
  readonly accountSyncs: Durations
  readonly journalWrites: Durations
  readonly loop: LoopWatch
  /** Undefined where the daemon is alone. */
  readonly cluster: Pick<NodeAdministration, 'count' | 'leaseLeftMs'> | undefined
  /** Undefined where nobody is told. */
  readonly webhooks: Pick<Hooks, 'results' | 'waiting'> | undefined
  /** Undefined where no device is woken. */
  readonly push: Pick<PushService, 'results'> | undefined
  /** Monotonic milliseconds. */
  readonly now: () => number
}
