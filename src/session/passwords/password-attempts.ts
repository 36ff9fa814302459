import type { Clock } from '../../application/ports/system/clock.ts'
import type { Asker } from '../../application/ports/password-hasher.ts'
import type { Refusal } from '../../domain/refusal.ts'
import { err, type Result } from '../../domain/result.ts'
import type { WireRefusal } from '../conversation/present-refusal.ts'
import { pleaseWait } from '../rates/please-wait.ts'
import type { RateLimits } from '../rates/rate-limits.ts'
import { Regulars } from '../rates/regulars.ts'

interface Deps {
  readonly rates: RateLimits
  readonly clock: Clock
}

/** Whose password is looked at, and who says to know it. */
interface Attempt {
  readonly address: string
  readonly username: string
}

/**
 * Looks at a password, unless too many wrong ones came before (RATE-5). A check that is refused with
 * `invalid_credentials` counts as one of them, whatever it was for.
 */
export type AttemptPassword = <T>(
  attempt: Attempt,
  check: (from: Asker) => Promise<Result<T, Refusal>>,
) => Promise<Result<T, WireRefusal>>

export function makeAttemptPassword({ rates, clock }: Deps): AttemptPassword {
  const regulars = new Regulars()

  return async ({ address, username }, check) => {
    const attempt = await rates.beginLogin(address, username, clock.monotonicMs())
    if (typeof attempt === 'number')
      return err(pleaseWait('too_many_attempts', 'Too many wrong passwords', attempt))
    const known = regulars.knows(address, username, clock.monotonicMs())
    const checked = await check({ address, known }).catch((fault: unknown) => {
      attempt.cancelled()
      throw fault
    })
    if (checked.ok) {
      attempt.succeeded()
      regulars.loggedIn(address, username, clock.monotonicMs())
    } else if (checked.error.reason === 'invalid_credentials') {
      attempt.failed(clock.monotonicMs())
      regulars.failed(address)
    } else attempt.cancelled()
    return checked
  }
}
