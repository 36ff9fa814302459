import type { BackoffTimes, SharedFailures } from '../../application/ports/shared-limits.ts'
import type { LoginAttempt, LoginBackoff } from './login-backoff.ts'

interface SharedBackoff {
  begin(address: string, username: string, now: number): Promise<LoginAttempt | number>
  failedOf(address: string, now: number): Promise<number>
}

/** What this node knows by itself comes first: whoever has to wait for that is nothing to ask others about. */
export function sharedBackoff(own: LoginBackoff, others: SharedFailures, times: BackoffTimes): SharedBackoff {
  return {
    async begin(address, username, now) {
      const here = own.begin(address, username, now)
      if (typeof here === 'number') return here
      const everywhere = await others.begin(address, username, times)
      if (typeof everywhere === 'number') {
        here.cancelled()
        return everywhere
      }
      return {
        succeeded() {
          here.succeeded()
          everywhere.succeeded()
        },
        failed(later) {
          here.failed(later)
          everywhere.failed()
        },
        cancelled() {
          here.cancelled()
          everywhere.cancelled()
        },
      }
    },

    async failedOf(address, now) {
      const wait = own.failedOf(address, now)
      return wait > 0 ? wait : others.failedOf(address, times)
    },
  }
}
