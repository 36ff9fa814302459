import { isIn, partyOf, sessionOf } from '../../domain/call.ts'
import type { Effect, SessionEnd } from '../effect.ts'
import type { Clock } from '../ports/system/clock.ts'
import type { SessionRecord } from '../ports/sessions.ts'
import type { Tx } from '../ports/transaction.ts'
import { advanceCall } from './advance-call.ts'
import { tellPeerState } from './peer-state.ts'

interface Deps {
  readonly clock: Clock
}

export type EndCallOf = (tx: Tx, session: SessionRecord, cause: SessionEnd) => Promise<readonly Effect[]>

/**
 * Ends the call that a user leaves with a session that is there no more, if there is one. A call that rings goes on ringing
 * at the callee's other devices (DEV-4).
 */
export function makeEndCallOf({ clock }: Deps): EndCallOf {
  return async (tx, session, cause) => {
    const { user } = session
    const call = await tx.calls.liveCallOf(user.id)
    const party = call === undefined ? undefined : partyOf(call, user.id)
    if (call === undefined || party === undefined || !isIn(call, party.role, session.id)) return []
    const ringsHere = sessionOf(call, party.role) === undefined
    if (ringsHere && (await tx.sessions.ofUser(user.id)).length > 0)
      return session.detachedSince === undefined ? tellPeerState(tx, session, 'reconnecting') : []
    const kind = cause === 'account_changed' || cause === 'log_out_device' ? 'log_out' : cause
    const ended = await advanceCall(tx, call.id, { kind, by: user.id, at: clock.monotonicMs() })
    return ended.ok ? ended.value : []
  }
}
