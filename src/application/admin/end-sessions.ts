import type { SessionId, UserId } from '../../domain/ids.ts'
import type { EndSession } from '../auth/end-session.ts'
import type { Effect } from '../effect.ts'
import type { SessionRecord } from '../ports/sessions.ts'
import type { Tx } from '../ports/transaction.ts'

/** One session, or all of a user's, or all but one. */
export type WhichSessions =
  | { readonly session: SessionId }
  | { readonly user: UserId; readonly except?: SessionId }

export type EndSessions = (
  tx: Tx,
  which: WhichSessions,
  cause: 'end_session' | 'account_changed',
) => Promise<readonly Effect[]>

/** An administrator (ADMIN-8) or the user (ACCOUNT-2) ends sessions: each client is told so, and its call ends. */
export function makeEndSessions({ endSession }: { readonly endSession: EndSession }): EndSessions {
  return async (tx, which, cause) => {
    const effects: Effect[] = []
    for (const { id: session, user } of await find(tx, which))
      effects.push(...(await endSession(tx, { user, session, cause })))
    return effects
  }
}

async function find(tx: Tx, which: WhichSessions): Promise<readonly SessionRecord[]> {
  if ('user' in which) return (await tx.sessions.ofUser(which.user)).filter(({ id }) => id !== which.except)
  const found = await tx.sessions.find(which.session)
  return found === undefined ? [] : [found]
}
