import type { SessionId } from '../../domain/ids.ts'
import { RefusalReason } from '../../domain/refusal.ts'
import { err, ok } from '../../domain/result.ts'
import type { User } from '../../domain/user.ts'
import { UserState } from '../../domain/user-state.ts'
import type { EndCallOf } from '../call/end-call-of.ts'
import { tellPeerState } from '../call/peer-state.ts'
import { ringAt } from '../call/ring-at.ts'
import type { Effect, Outcome } from '../effect.ts'
import type { Ids } from '../ports/system/ids.ts'
import type { SessionRecord } from '../ports/sessions.ts'
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
  /** How many sessions a user may have at once; 1 or more. */
  readonly maxSessionsPerUser: number
}

/**
 * `own`: the session that the asking connection has already. `password_changed`: the stored hash is not that of the proof
 * any more, so that the password is to be looked at again.
 */
export type OpenSession = (
  tx: Tx,
  input: {
    readonly proof: Proof
    readonly own: SessionId | undefined
    readonly capabilities: ReadonlySet<string>
  },
) => Promise<Outcome | 'password_changed'>

/** Binds whoever proved to be the user to a session of its own; so many per user as may be (SESS-1, DEV-1). */
export function makeOpenSession(deps: Deps): OpenSession {
  const { ids, users, endCallOf, affectRoomOf } = deps
  return async (tx, { proof: { user, passwordHash }, own, capabilities }) => {
    // While the password was checked the account may have been disabled, renamed or removed, or given another password.
    const account = await users.findById(user.id)
    if (account?.username !== user.username) return err({ reason: RefusalReason.invalidCredentials })
    if (account.disabled === true) return err({ reason: RefusalReason.accountDisabled })
    if (account.passwordHash !== passwordHash) return 'password_changed'
    const present = await tx.sessions.ofUser(user.id)
    if (present.some(({ id }) => id === own)) return ok([{ kind: 'answer-logged-in', user }])
    const replaced = makeRoom(present, deps)
    if (replaced === undefined) return err({ reason: RefusalReason.sessionExists })

    // Ending the replaced session's call brings the user back to Available: it never flickers to Disconnected.
    const leaving: Effect[] = []
    for (const old of replaced) {
      const { id } = old
      await tx.sessions.remove(id)
      leaving.push({ kind: 'session-ended', session: id, cause: 'replace' })
      leaving.push(...(await affectRoomOf(tx, { user: user.id, session: id }, 'end_session')))
      leaving.push(...(await endCallOf(tx, old, 'replace')))
    }
    const session = { id: ids.session(), user, capabilities }
    await tx.sessions.put(session)
    if (present.length === 0) await tx.presence.put({ user, state: UserState.Available })
    return ok([
      { kind: 'session-opened', session: session.id, user },
      { kind: 'answer-logged-in', user },
      ...leaving,
      ...(present.length === 0 ? [arrival(user)] : []),
      ...(await ringAt(tx, session)),
      ...(await tellPeerState(tx, session, 'connected')),
    ])
  }
}

/**
 * Which sessions go so that there is a place for one more: the oldest, or with the policy `reject` only those that wait for
 * their clients, which must not keep their own user out. Undefined where there is none to be had.
 */
function makeRoom(
  present: readonly SessionRecord[],
  { sessionPolicy, maxSessionsPerUser }: Pick<Deps, 'sessionPolicy' | 'maxSessionsPerUser'>,
): readonly SessionRecord[] | undefined {
  const tooMany = Math.max(0, present.length + 1 - maxSessionsPerUser)
  const mayGo =
    sessionPolicy === 'replace' ? present : present.filter(({ detachedSince }) => detachedSince !== undefined)
  return mayGo.length < tooMany ? undefined : mayGo.slice(0, tooMany)
}

function arrival(user: User): Effect {
  return { kind: 'presence', user, was: UserState.Disconnected, state: UserState.Available }
}
