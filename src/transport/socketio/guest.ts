import { err, ok, type Result } from '../../domain/result.ts'
import type { Inquiries } from '../../session/inquiries.ts'
import { type Fault, faultBy } from './fault.ts'

/** A token for somebody who gives a name and nothing else. */
export type EnterAsGuest = (address: string, username: string) => Promise<Result<string, Fault>>

const NO_GUESTS: Fault = {
  reason: 'no_guests',
  error: 'There are no guests here: connect with auth: {token}, a token from POST /auth/login',
}

export function makeEnterAsGuest({ enterAsGuest }: Pick<Inquiries, 'enterAsGuest'>): EnterAsGuest {
  return async (address, username) => {
    const entered = await enterAsGuest(address, username)
    if (entered.ok) return ok(entered.value.issued.token)
    return err(entered.error === 'no_guests' ? NO_GUESTS : faultBy(entered.error))
  }
}
