import { transitions, type CallEventKind, type EndReason, type Notice, type Role } from './call-table.ts'
import type { CallId, UserId } from './ids.ts'
import { err, ok, type Result } from './result.ts'
import type { User } from './user.ts'

interface Parties {
  readonly id: CallId
  readonly caller: User
  readonly callee: User
}

/** Instants are monotonic milliseconds. */
export type RingingCall = Parties & { readonly phase: 'ringing'; readonly since: number }
export type ActiveCall = Parties & { readonly phase: 'active'; readonly since: number }
export type EndedCall = Parties & { readonly phase: 'ended'; readonly reason: EndReason }
export type LiveCall = RingingCall | ActiveCall

export interface CallEvent {
  readonly kind: CallEventKind
  /** The user whose doing it is; undefined for the server's own events. */
  readonly by?: UserId
  readonly at: number
}

/** The next call, and who must be told what. */
export interface CallDecision {
  readonly call: ActiveCall | EndedCall
  readonly notices: readonly { readonly to: User; readonly peer: User; readonly notice: Notice }[]
}

/** Applies the transition table. What the table does not allow is, to whoever asks, a call that is not there. */
export function decideCall(call: LiveCall, event: CallEvent): Result<CallDecision, 'call_not_found'> {
  const transition = transitions[call.phase][event.kind]
  const role = roleOf(call, event.by)
  if (transition === undefined || role === undefined) return err('call_not_found')
  if (transition.by !== role && !(transition.by === 'party' && role !== 'server'))
    return err('call_not_found')

  const { id, caller, callee } = call
  const next: CallDecision['call'] =
    transition.next === 'active'
      ? { id, caller, callee, phase: 'active', since: event.at }
      : { id, caller, callee, phase: 'ended', reason: transition.next.ended }

  const notices: { to: User; peer: User; notice: Notice }[] = []
  const { tells } = transition
  const tellCaller = tells.caller ?? (role === 'callee' ? tells.peer : undefined)
  const tellCallee = tells.callee ?? (role === 'caller' ? tells.peer : undefined)
  if (tellCaller !== undefined) notices.push({ to: caller, peer: callee, notice: tellCaller })
  if (tellCallee !== undefined) notices.push({ to: callee, peer: caller, notice: tellCallee })
  return ok({ call: next, notices })
}

function roleOf(call: LiveCall, by: UserId | undefined): Role | undefined {
  if (by === undefined) return 'server'
  if (by === call.caller.id) return 'caller'
  if (by === call.callee.id) return 'callee'
  return undefined
}
