import { isIn, sessionOf } from '../../domain/call.ts'
import type { Effect, SessionEnd } from '../effect.ts'
import type { Clock } from '../ports/system/clock.ts'
import type { SessionRecord } from '../ports/sessions.ts'
import type { Tx } from '../ports/transaction.ts'
import { advanceCall } from './advance-call.ts'
import { callOf } from './call-of.ts'
import { tellPeerState } from './peer-state.ts'

interface Deps {
  readonly clock: Clock
}

/** What the end of a session is to its call. */
const KINDS = {
  disconnect: 'disconnect',
  lost: 'disconnect',
  log_out: 'log_out',
  log_out_device: 'log_out',
  account_changed: 'log_out',
  replace: 'replace',
  end_session: 'end_session',
} as const satisfies Record<SessionEnd, string>

/** Ends of sessions after which a device that was woken may still come. */
const COMES_AGAIN: readonly SessionEnd[] = ['disconnect', 'lost', 'replace']

export type EndCallOf = (tx: Tx, session: SessionRecord, cause: SessionEnd) => Promise<readonly Effect[]>

/**
 * Ends the call that a user leaves with a session that is there no more, if there is one. A call that rings goes on ringing
 * at the callee's other devices (DEV-4).
 */
export function makeEndCallOf({ clock }: Deps): EndCallOf {
  return async (tx, session, cause) => {
    const { user } = session
    const own = await callOf(tx, user.id)
    if (own === undefined || !isIn(own.call, own.role, session.id)) return []
    const { call, role } = own
    const ringsHere = sessionOf(call, role) === undefined
    if (ringsHere && (await tx.sessions.ofUser(user.id)).length > 0)
      return session.detachedSince === undefined ? tellPeerState(tx, session, 'reconnecting') : []
    // Its devices were woken, and one that was there for a moment may come again (PUSH-6).
    if (ringsHere && call.woken === true && COMES_AGAIN.includes(cause)) return []
    const kind = KINDS[cause]
    const ended = await advanceCall(tx, call.id, { kind, by: user.id, at: clock.monotonicMs() })
    return ended.ok ? ended.value : []
  }
}
