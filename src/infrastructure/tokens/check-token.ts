import type { JWTPayload, JWTVerifyGetKey } from 'jose'
import { JOSEError, JWTClaimValidationFailed, JWTExpired } from 'jose/errors'
import { jwtVerify } from 'jose/jwt/verify'
import { err, ok, type Result } from '../../domain/result.ts'

/** So far may the clocks of two machines be apart. */
export const CLOCK_SKEW_SECS = 5

export interface TokenFault {
  readonly reason: 'invalid_token' | 'expired_token'
  /** For the log: nothing that the token says. */
  readonly cause: string
}

export interface Expected {
  readonly algorithms: readonly string[]
  readonly issuer: string
  readonly audience?: string
  /** Claims without which the token is refused; `exp` is always one. */
  readonly claims: readonly string[]
  readonly nowMs: number
}

export function invalidToken(cause: string): Result<never, TokenFault> {
  return err({ reason: 'invalid_token', cause })
}

/** Checks signature, issuer, audience and times. `expired_token` only where nothing else is wrong. */
export async function checkToken(
  token: string,
  getKey: JWTVerifyGetKey,
  { algorithms, issuer, audience, claims, nowMs }: Expected,
): Promise<Result<JWTPayload, TokenFault>> {
  try {
    const { payload } = await jwtVerify(token, getKey, {
      algorithms: [...algorithms],
      issuer,
      ...(audience === undefined ? {} : { audience }),
      requiredClaims: ['exp', ...claims],
      clockTolerance: CLOCK_SKEW_SECS,
      currentDate: new Date(nowMs),
    })
    const { iat } = payload
    if (iat !== undefined && !(iat <= nowMs / 1000 + CLOCK_SKEW_SECS)) return invalidToken('iat is to come')
    return ok(payload)
  } catch (error) {
    if (error instanceof JWTExpired) return err({ reason: 'expired_token', cause: error.code })
    if (error instanceof JWTClaimValidationFailed) return invalidToken(`${error.code} ${error.claim}`)
    if (error instanceof JOSEError) return invalidToken(error.code)
    // A key that does not go with the algorithm, for example: whatever it is, the token is not proven.
    return invalidToken(error instanceof Error ? error.name : 'unknown')
  }
}
