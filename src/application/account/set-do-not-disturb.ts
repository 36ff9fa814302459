import { type Refusal, RefusalReason } from '../../domain/refusal.ts'
import { err, ok, type Result } from '../../domain/result.ts'
import type { User } from '../../domain/user.ts'
import type { DoNotDisturb } from '../ports/do-not-disturb.ts'
import type { Guests } from '../ports/guests.ts'

interface Deps {
  readonly doNotDisturb: DoNotDisturb
  readonly guests: Guests | undefined
}

export type SetDoNotDisturb = (user: User, on: boolean) => Promise<Result<undefined, Refusal>>

/** A user does not want to be rung, or does again (ACCOUNT-9); durable when answered. */
export function makeSetDoNotDisturb({ doNotDisturb, guests }: Deps): SetDoNotDisturb {
  return async ({ id }, on) => {
    if (guests?.isGuest(id) === true) return err({ reason: RefusalReason.notForGuests })
    if (doNotDisturb.isOn(id) === on) return ok(undefined)
    return (await doNotDisturb.set(id, on))
      ? ok(undefined)
      : err({ reason: RefusalReason.storageUnavailable })
  }
}
