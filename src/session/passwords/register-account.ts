import type { Clock } from '../../application/ports/system/clock.ts'
import type { SecurityLog } from '../../application/ports/security-log.ts'
import type { UseCases } from '../../application/use-cases.ts'
import type { Request } from '../../protocol/codec/decode-request.ts'
import type { Endpoint } from '../conversation/endpoint.ts'
import { pleaseWait } from '../rates/please-wait.ts'
import type { RateLimits } from '../rates/rate-limits.ts'
import type { Settle } from '../requests/settle.ts'

interface Deps extends Settle {
  readonly useCases: Pick<UseCases, 'register'>
  readonly rates: Pick<RateLimits, 'failedToken'>
  readonly clock: Clock
  readonly securityLog: SecurityLog
}

interface Registration {
  readonly username: string
  readonly password: string
  readonly invite: string | undefined
}

export type RegisterAccount = (asker: Endpoint, request: Request, input: Registration) => Promise<void>

/** REGISTER_REQUEST. */
export function makeRegisterAccount(deps: Deps): RegisterAccount {
  const { useCases, rates, clock, securityLog, settle, refuse } = deps
  return async (asker, request, input) => {
    const { address } = asker
    const outcome = await useCases.register({ ...input, from: { address } })
    const isGuess = !outcome.ok && outcome.error.reason === 'invalid_invite'
    // A code cannot be guessed, and whoever tries all the same waits as after wrong passwords (AUTH-15).
    const wait = isGuess ? await rates.failedToken(address, clock.monotonicMs()) : 0
    if (isGuess) {
      const reason = wait > 0 ? 'too_many_attempts' : 'invalid_invite'
      securityLog.write({ event: 'registration_refused', reason, address })
    }
    if (wait > 0) refuse(asker, request, pleaseWait('too_many_attempts', 'Too many wrong invite codes', wait))
    else settle(asker, request, outcome)
  }
}
