import type { Clock } from '../../application/ports/system/clock.ts'
import type { Log } from '../../application/ports/system/log.ts'
import type { RateLimits } from '../rates/rate-limits.ts'
import type { HeartbeatPeriods } from './vital-signs.ts'

/** What the ends of all connections have in common. */
export interface Surroundings {
  readonly clock: Clock
  readonly log: Log
  readonly heartbeat: HeartbeatPeriods
  readonly rates: RateLimits
  /** How long a fresh connection may take to its first LOGIN, REGISTER or RESUME. */
  readonly loginTimeoutMs: number
}
