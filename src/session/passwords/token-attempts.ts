import type { Proof } from '../../application/auth/verify-credentials.ts'
import type { Clock } from '../../application/ports/system/clock.ts'
import type { UseCases } from '../../application/use-cases.ts'
import { err, type Result } from '../../domain/result.ts'
import type { WireRefusal } from '../conversation/present-refusal.ts'
import { pleaseWait } from '../rates/please-wait.ts'
import type { RateLimits } from '../rates/rate-limits.ts'

interface Deps {
  readonly useCases: Pick<UseCases, 'verifyToken'>
  readonly rates: Pick<RateLimits, 'failedToken'>
  readonly clock: Clock
}

export type AttemptToken = (address: string, token: string) => Promise<Result<Proof, WireRefusal>>

/**
 * Looks at a token. A bad one counts against its address as a wrong password does (TOKEN-5). A good one never waits: it
 * cannot be guessed, so bad ones before it say nothing about who sends it.
 */
export function makeAttemptToken({ useCases, rates, clock }: Deps): AttemptToken {
  return async (address, token) => {
    const verified = await useCases.verifyToken(token)
    if (verified.ok || verified.error.reason !== 'invalid_token') return verified
    const wait = await rates.failedToken(address, clock.monotonicMs())
    return wait > 0 ? err(pleaseWait('too_many_attempts', 'Too many bad tokens', wait)) : verified
  }
}
