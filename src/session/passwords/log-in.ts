import type { Outcome } from '../../application/effect.ts'
import type { Proof } from '../../application/auth/verify-credentials.ts'
import type { Transact } from '../../application/ports/transaction.ts'
import type { UseCases } from '../../application/use-cases.ts'
import { RefusalReason } from '../../domain/refusal.ts'
import { err, ok, type Result } from '../../domain/result.ts'
import type { Request } from '../../protocol/codec/decode-request.ts'
import type { Endpoint } from '../conversation/endpoint.ts'
import type { WireRefusal } from '../conversation/present-refusal.ts'
import { askerOf, type Settle } from '../requests/settle.ts'
import type { Welcome } from '../delivery/welcome.ts'
import type { ConfirmLogin } from './confirm-login.ts'
import type { AttemptPassword } from './password-attempts.ts'
import type { AttemptToken } from './token-attempts.ts'

interface Deps extends Settle {
  readonly useCases: UseCases
  readonly welcome: Welcome
  readonly transact: Transact
  readonly attemptPassword: AttemptPassword
  readonly attemptToken: AttemptToken
  /** Undefined where no other node can change an account. */
  readonly confirmLogin: ConfirmLogin | undefined
}

type Credentials = { readonly username: string; readonly password: string } | { readonly token: string }

export type LogIn = (asker: Endpoint, request: Request, input: Credentials) => Promise<void>

/** How often credentials are looked at: the hash may be renewed by another login meanwhile, hardly twice. */
const TRIES = 3

const NOTHING: Outcome = ok([])

/** LOGIN_REQUEST: the slow look at the password or the token, then the session. */
export function makeLogIn(deps: Deps): LogIn {
  const { useCases, welcome, transact, attemptPassword, attemptToken, confirmLogin, settle, refuse } = deps
  return async (asker, request, input) => {
    for (let tries = 0; tries < TRIES; tries += 1) if (await isSettled(asker, request, input)) return
    refuse(asker, request, noGood(input))
  }

  /** False where the password was changed, or its hash renewed, since the credentials were looked at. */
  async function isSettled(asker: Endpoint, request: Request, input: Credentials): Promise<boolean> {
    const verified = await lookAt(asker, input)
    if (!verified.ok) {
      refuse(asker, request, verified.error)
      return true
    }
    const proof = verified.value
    let changed = false
    await transact(
      async (tx) => {
        // A client that left while its credentials were checked must not become present.
        if (!asker.isOpen) return NOTHING
        if (asker.isLeaving) return ok([{ kind: 'answer-logged-in', user: proof.user }])
        const { capabilities } = asker
        const opened = await useCases.openSession(tx, { proof, own: asker.session?.id, capabilities })
        changed = opened === 'password_changed'
        if (opened === 'password_changed') return NOTHING
        const isGone = !opened.ok && opened.error.reason === RefusalReason.invalidCredentials
        return isGone ? err(noGood(input)) : opened
      },
      (opened) => {
        if (changed) return
        settle(asker, request, opened)
        if (!opened.ok) return
        welcome(asker)
        const { session } = asker
        if (session !== undefined) void confirmLogin?.(session, proof, () => proveAgain(asker, input))
      },
      askerOf(asker, request),
    )
    return !changed
  }

  /** Whose user it is a password says beforehand, and a token only when it is known to be good. */
  async function lookAt(asker: Endpoint, input: Credentials): Promise<Result<Proof, WireRefusal>> {
    if ('token' in input) {
      const verified = await attemptToken(asker.address, input.token)
      return verified.ok && isAnother(asker, verified.value.user.username) ? alreadyLoggedIn : verified
    }
    const { username } = input
    if (isAnother(asker, username)) return alreadyLoggedIn
    return attemptPassword({ address: asker.address, username }, (from) =>
      useCases.verifyCredentials({ ...input, from }),
    )
  }

  async function proveAgain({ address }: Endpoint, input: Credentials): Promise<Proof | undefined> {
    const proven =
      'token' in input
        ? await useCases.verifyToken(input.token)
        : await useCases.verifyCredentials({ ...input, from: { address } })
    return proven.ok ? proven.value : undefined
  }
}

const alreadyLoggedIn = err({ reason: RefusalReason.alreadyLoggedIn })

function isAnother({ session }: Endpoint, username: string): boolean {
  return session !== undefined && session.user.username !== username
}

function noGood(input: Credentials) {
  return { reason: 'token' in input ? RefusalReason.invalidToken : RefusalReason.invalidCredentials }
}
