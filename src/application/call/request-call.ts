import { RefusalReason } from '../../domain/refusal.ts'
import { err, ok } from '../../domain/result.ts'
import type { User } from '../../domain/user.ts'
import { UserState } from '../../domain/user-state.ts'
import type { Invitation, Outcome } from '../effect.ts'
import type { HistoryEffect } from '../history/history-effect.ts'
import type { DoNotDisturb } from '../ports/do-not-disturb.ts'
import type { Clock } from '../ports/system/clock.ts'
import type { Ids } from '../ports/system/ids.ts'
import type { SessionRecord } from '../ports/sessions.ts'
import type { UserStore } from '../ports/user-store.ts'
import type { Tx } from '../ports/transaction.ts'
import { setState } from '../user/set-state.ts'
import { advanceCall } from './advance-call.ts'
import { findCallee } from './find-callee.ts'
import { peerStateTo } from './peer-state.ts'

interface Deps {
  readonly users: UserStore
  readonly doNotDisturb: Pick<DoNotDisturb, 'isOn'>
  readonly ids: Ids
  readonly clock: Clock
  readonly ringTimeoutMs: number
}

export type RequestCall = (
  tx: Tx,
  by: SessionRecord,
  request: {
    readonly to: string
    readonly invitation: Invitation
    /** Glare: the caller understands that calling somebody who is ringing it means to accept (CALL-15). */
    readonly acceptsGlare: boolean
    /** By which its sender may hang up before it knows the call's id (CALL-19). */
    readonly request?: string | undefined
    /** Devices of a callee without a connection may be woken (PUSH-5). */
    readonly mayWake: boolean
    /** The daemon is about to stop: calls that ring may still be accepted, and none is placed (LIFE-18). */
    readonly draining: boolean
  },
) => Promise<Outcome>

/** Places a call (CALL-1), or tells why not (CALL-2). */
export function makeRequestCall(deps: Deps): RequestCall {
  const { users, doNotDisturb, ids, clock, ringTimeoutMs } = deps
  return async (tx, by, { to, invitation, acceptsGlare, request, mayWake, draining }) => {
    const { user: caller } = by
    const found = await findCallee(tx, users, caller, to)
    if (!found.ok) return found
    const callee = found.value
    const present = await tx.sessions.ofUser(callee.id)
    const isAway = present.every(({ detachedSince }) => detachedSince !== undefined)
    const woken = mayWake && isAway && (await mayBeWoken(deps, callee))
    if (present.length === 0 && !woken) return notReached(RefusalReason.userUnavailable, caller, callee)
    if (acceptsGlare) {
      const met = await resolveGlare(tx, deps, by, callee, request)
      if (met !== undefined) return met
    }
    if (doNotDisturb.isOn(callee.id)) return notReached(RefusalReason.doNotDisturb, caller, callee)
    if (draining) return err({ reason: RefusalReason.draining, peer: callee })
    const { offer, metadata } = invitation
    const call = {
      id: ids.call(),
      caller,
      callee,
      requests: request === undefined ? undefined : { caller: request },
      woken: woken || undefined,
      phase: 'ringing',
      callerSession: by.id,
      since: clock.monotonicMs(),
      offer,
      metadata,
    } as const
    if ((await tx.rooms.roomOf(caller.id)) !== undefined)
      return err({ reason: RefusalReason.callerBusy, peer: callee })
    if ((await tx.rooms.roomOf(callee.id)) !== undefined)
      return notReached(RefusalReason.calleeBusy, caller, callee)
    const reserved = await tx.calls.reserve(call)
    if (!reserved.ok) return notReached(reserved.error, caller, callee)
    return ok([
      { kind: 'call-placed', call },
      { kind: 'tell-incoming-call', to: callee.id, call: call.id, from: caller, invitation },
      {
        kind: 'tell-ringing',
        to: caller.id,
        session: by.id,
        call: call.id,
        peer: callee,
        expiresInMs: ringTimeoutMs,
      },
      // Of one who lost its connection before there was a call nobody was told (RESUME-6).
      ...(isAway && present.length > 0 ? [peerStateTo(call, 'caller', 'reconnecting')] : []),
      ...(await setState(tx, caller, UserState.Busy)),
    ])
  }

  /** Unless it is the caller's own doing, the callee has missed a call (HIST-2). */
  function notReached(
    reason: 'user_unavailable' | 'do_not_disturb' | 'callee_busy' | 'caller_busy',
    caller: User,
    callee: User,
  ): Outcome {
    if (reason === 'caller_busy') return err({ reason, peer: callee })
    const missed: HistoryEffect = {
      kind: 'call-refused',
      id: ids.call(),
      caller,
      callee,
      reason: reason === 'callee_busy' ? 'busy' : 'user_unavailable',
      at: clock.monotonicMs(),
    }
    return err({ reason, peer: callee, effects: [missed] })
  }
}

/** Nobody is woken who could not log in, or does not want to be rung. */
async function mayBeWoken({ users, doNotDisturb }: Deps, { id }: User): Promise<boolean> {
  if (doNotDisturb.isOn(id)) return false
  const account = await users.findById(id)
  return account !== undefined && account.disabled !== true
}

/** Of two who call each other, the call that came first is the one, and the second request accepts it. */
async function resolveGlare(
  tx: Tx,
  { clock }: Deps,
  { id: session, user: caller }: SessionRecord,
  callee: User,
  request: string | undefined,
): Promise<Outcome | undefined> {
  const theirs = await tx.calls.liveCallOf(caller.id)
  if (theirs?.phase !== 'ringing' || theirs.caller.id !== callee.id) return undefined
  const accepted = await advanceCall(tx, theirs.id, {
    kind: 'accept',
    by: caller.id,
    session,
    request,
    at: clock.monotonicMs(),
  })
  if (!accepted.ok) return accepted
  return ok([
    ...accepted.value,
    { kind: 'tell-accepted', to: caller.id, session, call: theirs.id, peer: callee, role: 'callee' },
  ])
}
