import { type Refusal, RefusalReason } from '../../domain/refusal.ts'
import { err, ok, type Result } from '../../domain/result.ts'
import { checkUsername } from '../../domain/username.ts'
import type { Outcome } from '../effect.ts'
import type { Invites, Reservation } from '../ports/invites.ts'
import type { Clock } from '../ports/system/clock.ts'
import type { Ids } from '../ports/system/ids.ts'
import type { Asker, PasswordHasher } from '../ports/password-hasher.ts'
import type { UserStore } from '../ports/user-store.ts'

/** Who may make an account: anybody, who has a code of the administrator's, nobody. */
export type RegistrationPolicy = 'open' | 'invite' | 'closed'

interface Deps {
  readonly users: UserStore
  readonly hasher: PasswordHasher
  readonly invites: Invites
  readonly ids: Ids
  readonly clock: Clock
  readonly registration: RegistrationPolicy
}

interface Registration {
  readonly username: string
  readonly password: string
  /** The administrator's code, where one is needed. */
  readonly invite?: string | undefined
  readonly from: Asker
}

export type Register = (input: Registration) => Promise<Outcome>

/**
 * Makes an account and does not log in (AUTH-1). Answered only once the account is durable. A use of a code is spoken for at
 * once, counted before the account is there, and given back where none comes of it (AUTH-15).
 */
export function makeRegister(deps: Deps): Register {
  return async (input) => {
    const admitted = await admit(deps, input.invite)
    if (!admitted.ok) return admitted
    const outcome = await makeAccount(deps, input, admitted.value)
    if (!outcome.ok) await admitted.value?.giveBack()
    return outcome
  }
}

async function admit(
  { invites, clock, registration }: Deps,
  invite: string | undefined,
): Promise<Result<Reservation | undefined, Refusal>> {
  if (registration === 'closed') return err({ reason: RefusalReason.registrationClosed })
  if (registration === 'open') return ok(undefined)
  if (invite === undefined || invite === '') return err({ reason: RefusalReason.inviteCodeRequired })
  const reservation = await invites.reserve(invite, clock.wallMs())
  return typeof reservation === 'string' ? err({ reason: reservation }) : ok(reservation)
}

async function makeAccount(
  { users, hasher, ids, clock }: Deps,
  { username, password, from }: Registration,
  reservation: Reservation | undefined,
): Promise<Outcome> {
  const name = checkUsername(username)
  if (!name.ok) return err({ reason: RefusalReason.invalidUsername, detail: name.error })
  // Asked first only to spare a hash; the insertion decides.
  if (await users.findByName(username)) return err({ reason: RefusalReason.usernameTaken })

  const hash = await hasher.hash(password, from)
  if (!hash.ok) return hash
  const counted = reservation === undefined ? 'done' : await reservation.commit()
  if (counted !== 'done') return err({ reason: counted })
  const createdAt = Math.floor(clock.wallMs() / 1000)
  const inserted = await users.insertIfAbsent({
    id: ids.user(),
    username,
    passwordHash: hash.value,
    createdAt,
  })
  if (!inserted.ok) return err({ reason: inserted.error })
  return ok([{ kind: 'answer-registered', user: inserted.value }])
}
