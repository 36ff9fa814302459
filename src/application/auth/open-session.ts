import type { SessionId } from '../../domain/ids.ts'
import { RefusalReason } from '../../domain/refusal.ts'
import { err, ok } from '../../domain/result.ts'
import type { User } from '../../domain/user.ts'
import { UserState } from '../../domain/user-state.ts'
import type { EndCallOf } from '../call/end-call-of.ts'
import type { Effect, Outcome } from '../effect.ts'
import type { Ids } from '../ports/system/ids.ts'
import type { Tx } from '../ports/transaction.ts'
import type { UserStore } from '../ports/user-store.ts'
import type { AffectRoomOf } from '../room/affect-room-of.ts'
import type { Proof } from './verify-credentials.ts'

export type SessionPolicy = 'replace' | 'reject'

interface Deps {
  readonly ids: Ids
  readonly users: UserStore
  readonly endCallOf: EndCallOf
  readonly affectRoomOf: AffectRoomOf
  readonly sessionPolicy: SessionPolicy
}

/**
 * `own`: the session that the asking connection has already. `password_changed`: the stored hash is not that of the proof
 * any more, so that the password is to be looked at again.
 */
export type OpenSession = (
  tx: Tx,
  input: { readonly proof: Proof; readonly own: SessionId | undefined },
) => Promise<Outcome | 'password_changed'>

/** Binds whoever proved to be the user to a session of its own; one session per user (SESS-1). */
export function makeOpenSession({ ids, users, endCallOf, affectRoomOf, sessionPolicy }: Deps): OpenSession {
  return async (tx, { proof: { user, passwordHash }, own }) => {
    // While the password was checked the account may have been disabled, renamed or removed, or given another password.
    const account = await users.findById(user.id)
    if (account?.username !== user.username) return err({ reason: RefusalReason.invalidCredentials })
    if (account.disabled === true) return err({ reason: RefusalReason.accountDisabled })
    if (account.passwordHash !== passwordHash) return 'password_changed'
    const present = await tx.sessions.ofUser(user.id)
    if (present.some(({ id }) => id === own)) return ok([{ kind: 'answer-logged-in', user }])
    // A session without a connection must not keep its own user out.
    if (sessionPolicy === 'reject' && present.some(({ detachedSince }) => detachedSince === undefined))
      return err({ reason: RefusalReason.sessionExists })

    // Ending the replaced session's call brings the user back to Available: it never flickers to Disconnected.
    const leaving: Effect[] = []
    for (const { id } of present) {
      await tx.sessions.remove(id)
      leaving.push({ kind: 'session-ended', session: id, cause: 'replace' })
      leaving.push(...(await affectRoomOf(tx, { user: user.id, session: id }, 'end_session')))
    }
    if (present.length > 0) leaving.push(...(await endCallOf(tx, user.id, 'replace')))
    const session = ids.session()
    await tx.sessions.put({ id: session, user })
    await tx.presence.put({ user, state: UserState.Available })
    return ok([
      { kind: 'session-opened', session, user },
      { kind: 'answer-logged-in', user },
      ...leaving,
      ...(present.length === 0 ? [arrival(user)] : []),
    ])
  }
}

function arrival(user: User): Effect {
  return { kind: 'presence', user, was: UserState.Disconnected, state: UserState.Available }
}
