import type { Proof } from '../../application/auth/verify-credentials.ts'
import type { Log } from '../../application/ports/system/log.ts'
import type { UserStore } from '../../application/ports/user-store.ts'
import type { Administration } from '../administration.ts'
import type { Session } from '../session.ts'
import type { OwnChanges } from './own-changes.ts'

interface Deps {
  readonly users: Pick<UserStore, 'lookUp'>
  readonly endSessions: Administration['endSessions']
  readonly ownChanges: Pick<OwnChanges, 'hasChanged'>
  readonly log: Log
}

/** `proveAgain`: looks at the credentials once more. */
export type ConfirmLogin = (
  session: Session,
  proof: Proof,
  proveAgain: () => Promise<Proof | undefined>,
) => Promise<void>

/**
 * Ends a session that was opened with what did not count any more (CLUSTER-116). Another node may have changed the account, and
 * have ended its sessions, after this one looked at it and before the session was there.
 */
export function makeConfirmLogin({ users, endSessions, ownChanges, log }: Deps): ConfirmLogin {
  return async (session, proof, proveAgain) => {
    try {
      if (await counts(proof)) return
      // Another login may only have renewed the hash.
      if ((await proveAgain())?.user.id === proof.user.id) return
      // Who changes the password has proven the earlier one anew, by this very session.
      if (await ownChanges.hasChanged(session)) return
      await endSessions({ session: session.id })
    } catch (error) {
      log.error({ err: error }, 'a login could not be confirmed')
    }
  }

  async function counts({ user, passwordHash }: Proof): Promise<boolean> {
    const found = await users.lookUp(user.username)
    if (!found.ok) return true
    const account = found.value
    return account?.id === user.id && account.disabled !== true && account.passwordHash === passwordHash
  }
}
