import type { Outcome } from '../../application/effect.ts'
import type { Transact } from '../../application/ports/transaction.ts'
import type { UseCases } from '../../application/use-cases.ts'
import { RefusalReason } from '../../domain/refusal.ts'
import { ok } from '../../domain/result.ts'
import type { Request } from '../../protocol/codec/decode-request.ts'
import type { Endpoint } from '../conversation/endpoint.ts'
import type { Settle } from '../conversation/settle.ts'
import type { Welcome } from '../delivery/welcome.ts'
import type { AttemptPassword } from './password-attempts.ts'

interface Deps extends Settle {
  readonly useCases: UseCases
  readonly welcome: Welcome
  readonly transact: Transact
  readonly attemptPassword: AttemptPassword
}

interface Credentials {
  readonly username: string
  readonly password: string
}

export type LogIn = (asker: Endpoint, request: Request, input: Credentials) => Promise<void>

/** How often a password is looked at: the hash may be renewed by another login meanwhile, hardly twice. */
const TRIES = 3

const NOTHING: Outcome = ok([])

/** LOGIN_REQUEST: the slow look at the password, then the session. */
export function makeLogIn(deps: Deps): LogIn {
  const { useCases, welcome, transact, attemptPassword, settle, refuse } = deps
  return async (asker, request, input) => {
    for (let tries = 0; tries < TRIES; tries += 1) if (await isSettled(asker, request, input)) return
    refuse(asker, request, { reason: RefusalReason.invalidCredentials })
  }

  /** False where the password was changed, or its hash renewed, since it was looked at. */
  async function isSettled(asker: Endpoint, request: Request, input: Credentials): Promise<boolean> {
    const { username } = input
    if (asker.session !== undefined && asker.session.user.username !== username) {
      refuse(asker, request, { reason: RefusalReason.alreadyLoggedIn })
      return true
    }
    const verified = await attemptPassword({ address: asker.address, username }, (from) =>
      useCases.verifyCredentials({ ...input, from }),
    )
    if (!verified.ok) {
      refuse(asker, request, verified.error)
      return true
    }
    const proof = verified.value
    let changed = false
    await transact(
      async (tx) => {
        // A client that left while its password was checked must not become present.
        if (!asker.isOpen) return NOTHING
        if (asker.isLeaving) return ok([{ kind: 'answer-logged-in', user: proof.user }])
        const opened = await useCases.openSession(tx, { proof, own: asker.session?.id })
        changed = opened === 'password_changed'
        return opened === 'password_changed' ? NOTHING : opened
      },
      (opened) => {
        if (changed) return
        settle(asker, request, opened)
        if (opened.ok) welcome(asker)
      },
    )
    return !changed
  }
}
