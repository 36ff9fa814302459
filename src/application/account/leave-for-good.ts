import type { SessionId } from '../../domain/ids.ts'
import type { User } from '../../domain/user.ts'
import type { EndSessions } from '../admin/end-sessions.ts'
import type { EndSession } from '../auth/end-session.ts'
import type { Effect } from '../effect.ts'
import type { Tx } from '../ports/transaction.ts'

interface Deps {
  readonly endSession: EndSession
  readonly endSessions: EndSessions
}

/** `own`: the session by which the user asked for it, unless it has another connection by now. */
export type LeaveForGood = (
  tx: Tx,
  input: { readonly user: User; readonly own: SessionId | undefined },
) => Promise<readonly Effect[]>

/** The account is gone: all its sessions end, the asker's as by a logout, the others as an administrator ends them. */
export function makeLeaveForGood({ endSession, endSessions }: Deps): LeaveForGood {
  return async (tx, { user, own }) => [
    { kind: 'answer-account-deleted' },
    ...(own === undefined ? [] : await endSession(tx, { user, session: own, cause: 'log_out' })),
    ...(await endSessions(tx, { user: user.id }, 'account_changed')),
    { kind: 'history-forgotten', user: user.id },
    { kind: 'accounts-changed' },
  ]
}
