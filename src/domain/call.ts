import { type CallSide, type CallSideChange, changeSide, untouchedSide } from './call-side.ts'
import {
  type CallEventKind,
  type DeviceReason,
  type EndReason,
  type Notice,
  type Role,
  type Transition,
  transitions,
} from './call-table.ts'
import type { CallId, SessionId, UserId } from './ids.ts'
import { err, ok, type Result } from './result.ts'
import type { User } from './user.ts'

interface Parties {
  readonly id: CallId
  readonly caller: User
  readonly callee: User
  /** The `request_id` by which each entered it with a CALL_REQUEST, where it said one. */
  readonly requests?:
    | { readonly caller?: string | undefined; readonly callee?: string | undefined }
    | undefined
  /** The callee had no connection when it was placed, and its devices are woken: it rings on until one comes. */
  readonly woken?: true | undefined
}

export type PartyRole = Exclude<Role, 'server'>

/** Instants are monotonic milliseconds. */
export type RingingCall = Parties & {
  readonly phase: 'ringing'
  /** By which of its sessions the caller calls. It rings at all of the callee's. */
  readonly callerSession: SessionId
  readonly since: number
  /** The caller's session description, where it came with the ring. */
  readonly offer?: string | undefined
  /** A small object of the applications' own, where it came with the ring. */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
  /** A device of the callee has said that it shows or sounds it. */
  readonly alerting?: true | undefined
  /**
   * It rings because a party of an active call hands the other one over, who is the caller of this one. Until it is
   * accepted the caller is in that call and not in this one.
   */
  readonly transfer?: { readonly of: CallId; readonly by: User } | undefined
}

export type ActiveCall = Parties & {
  readonly phase: 'active'
  /** Those that signal to each other: the caller's, and the one by which the callee accepted. */
  readonly sessions: Readonly<Record<PartyRole, SessionId>>
  readonly sides: Readonly<Record<PartyRole, CallSide>>
  /** When it began to ring. */
  readonly since: number
  /** When it was accepted. */
  readonly activeSince: number
  /** The time that counts, up to the last instant at which a hold began or ended. */
  readonly talkedMs: number
  /** Since when time counts; undefined while either side holds. */
  readonly talkingSince?: number | undefined
  /** The call that rings for a transfer, and who asked for it. */
  readonly transfer?: { readonly to: CallId; readonly by: PartyRole } | undefined
}

export type EndedCall = Parties & {
  readonly phase: 'ended'
  readonly reason: EndReason
  readonly endedBy: Role
  /** The time active, holds not counted. */
  readonly durationMs: number
  /** When it began to ring. */
  readonly since: number
  /** When it was accepted, if so. */
  readonly activeSince: number | undefined
  readonly endedAt: number
  /** It rang for a transfer, and was not accepted: its caller had placed no call. */
  readonly rangForTransfer: boolean
}

export type LiveCall = RingingCall | ActiveCall

export type CallEvent =
  | {
      readonly kind: Exclude<CallEventKind, Deed['kind'] | 'accept' | 'update' | 'transfer'>
      /** The user whose doing it is; undefined for the server's own events. */
      readonly by?: UserId
      readonly at: number
    }
  | Deed
  | (Omit<Deed, 'kind'> & {
      readonly kind: 'accept'
      /** Of a CALL_REQUEST that counts as the acceptance. */
      readonly request?: string | undefined
    })
  | (Omit<Deed, 'kind'> & { readonly kind: 'update'; readonly change: CallSideChange })
  /** `to`: the call that rings for it. */
  | (Omit<Deed, 'kind'> & { readonly kind: 'transfer'; readonly to: CallId })

/** What a user does by one of its sessions. */
interface Deed {
  readonly kind: 'decline' | 'hang_up' | 'move'
  readonly by: UserId
  readonly session: SessionId
  readonly at: number
}

/** Which sessions of a user: the one named, or all but the one left out. */
interface Whom {
  readonly to: User
  readonly session?: SessionId | undefined
  readonly except?: SessionId | undefined
}

/** What a party, or a device of it, is told; `reason` is a device's that the call goes on or ends without. */
export type CallNotice = Whom & { readonly peer: User } & (
    | { readonly notice: Notice }
    | { readonly notice: 'elsewhere'; readonly reason: DeviceReason }
  )

/** The next call, and who must be told what. */
export interface CallDecision {
  readonly call: LiveCall | EndedCall
  /** What came with the ring, when the call is accepted. */
  readonly offer: string | undefined
  /** Of a ring that a transfer began. */
  readonly transfer: RingingCall['transfer']
  /** What rang for a transfer of an active call. */
  readonly rung: CallId | undefined
  readonly notices: readonly CallNotice[]
}

/** Applies the transition table. What the table does not allow is, to whoever asks, a call that is not there. */
export function decideCall(call: LiveCall, event: CallEvent): Result<CallDecision, 'call_not_found'> {
  const transition = transitions[call.phase][event.kind]
  const role = roleOf(call, event.by)
  if (transition === undefined || role === undefined) return err('call_not_found')
  if (transition.by !== role && !(transition.by === 'party' && role !== 'server'))
    return err('call_not_found')
  const session = 'session' in event ? event.session : undefined
  const own = role === 'server' ? undefined : sessionOf(call, role)
  // Who moves the call is the one that has it not.
  if (session !== undefined && own !== undefined && (own === session) === (event.kind === 'move'))
    return err('call_not_found')

  const notices: CallNotice[] = []
  const { caller, callee } = call
  const { tells } = transition
  const tellCaller = tells.caller ?? (role === 'callee' ? tells.peer : undefined)
  const tellCallee = tells.callee ?? (role === 'caller' ? tells.peer : undefined)
  const transfer = call.phase === 'ringing' ? call.transfer : undefined
  // The caller of a transfer's ring hears of the transfer instead.
  if (tellCaller !== undefined && transfer === undefined)
    notices.push({ to: caller, session: sessionOf(call, 'caller'), peer: callee, notice: tellCaller })
  if (tellCallee !== undefined)
    notices.push({ to: callee, session: sessionOf(call, 'callee'), peer: caller, notice: tellCallee })
  if (tells.others !== undefined && role !== 'server' && own !== session) {
    const [to, peer] = role === 'caller' ? [caller, callee] : [callee, caller]
    notices.push({ to, session: own, except: session, peer, notice: 'elsewhere', reason: tells.others })
  }
  const offer = call.phase === 'ringing' ? call.offer : undefined
  const rung = call.phase === 'active' ? call.transfer?.to : undefined
  // Several devices of the callee may alert, of which the first is news.
  if (event.kind === 'alert' && call.phase === 'ringing' && call.alerting === true)
    return ok({ call, offer, transfer, rung, notices: [] })
  return ok({ call: next(call, event, role, transition.next), offer, transfer, rung, notices })
}

/** How long the call has been active, holds not counted. */
export function talkedMs(call: LiveCall, now: number): number {
  if (call.phase === 'ringing') return 0
  return call.talkedMs + (call.talkingSince === undefined ? 0 : now - call.talkingSince)
}

/** How long it will still ring, where it rings for so long in all. */
export function ringsForMs(call: RingingCall, ringTimeoutMs: number, now: number): number {
  return Math.max(0, Math.round(call.since + ringTimeoutMs - now))
}

/** Which of the two the user is, and who is the other; undefined for a third. */
export function partyOf(call: Parties, user: UserId): { role: PartyRole; peer: User } | undefined {
  if (user === call.caller.id) return { role: 'caller', peer: call.callee }
  if (user === call.callee.id) return { role: 'callee', peer: call.caller }
  return undefined
}

export function otherRole(role: PartyRole): PartyRole {
  return role === 'caller' ? 'callee' : 'caller'
}

/** By which of its sessions a party is in the call; undefined for the callee of a call that rings: by all of them. */
export function sessionOf(call: LiveCall, role: PartyRole): SessionId | undefined {
  if (call.phase === 'active') return call.sessions[role]
  return role === 'caller' ? call.callerSession : undefined
}

/** Whether a session of the party has to do with the call: the others are told nothing of it, and may not act on it. */
export function isIn(call: LiveCall, role: PartyRole, session: SessionId): boolean {
  const own = sessionOf(call, role)
  return own === undefined || own === session
}

function next(call: LiveCall, event: CallEvent, role: Role, phase: Transition['next']): LiveCall | EndedCall {
  const { id, caller, callee, woken, since } = call
  if (typeof phase === 'object') {
    return {
      id,
      caller,
      callee,
      woken,
      phase: 'ended',
      reason: phase.ended,
      endedBy: role,
      durationMs: Math.round(talkedMs(call, event.at)),
      since,
      activeSince: call.phase === 'active' ? call.activeSince : undefined,
      endedAt: event.at,
      rangForTransfer: call.phase === 'ringing' && call.transfer !== undefined,
    }
  }
  if (call.phase === 'ringing') {
    if (event.kind === 'alert') return { ...call, alerting: true }
    if (event.kind !== 'accept') throw new Error('only an acceptance makes a call active')
    const sessions = { caller: call.callerSession, callee: event.session }
    const sides = { caller: untouchedSide, callee: untouchedSide }
    const requests = event.request === undefined ? call.requests : { ...call.requests, callee: event.request }
    const { at } = event
    return {
      ...{ id, caller, callee, woken, requests, phase: 'active' as const, sessions, sides },
      ...{ since, activeSince: at, talkedMs: 0, talkingSince: at },
    }
  }
  const taken = event.kind === 'move' && role !== 'server' ? { [role]: event.session } : {}
  const sessions = { ...call.sessions, ...taken }
  // The request by which a party entered the call is one of the session that had it.
  const requests =
    event.kind === 'move' && role !== 'server' ? { ...call.requests, [role]: undefined } : call.requests
  const change = event.kind === 'update' ? event.change : {}
  const sides = {
    caller: role === 'caller' ? changeSide(call.sides.caller, change) : call.sides.caller,
    callee: role === 'callee' ? changeSide(call.sides.callee, change) : call.sides.callee,
  }
  const held = sides.caller.onHold || sides.callee.onHold
  const talked = talkedMs(call, event.at)
  return {
    id,
    caller,
    callee,
    woken,
    requests,
    phase: 'active',
    sessions,
    sides,
    since,
    activeSince: call.activeSince,
    talkedMs: talked,
    talkingSince: held ? undefined : event.at,
    transfer: transferAfter(call, event, role),
  }
}

function transferAfter({ transfer }: ActiveCall, event: CallEvent, role: Role): ActiveCall['transfer'] {
  if (event.kind === 'transfer_failed') return undefined
  return event.kind === 'transfer' && role !== 'server' ? { to: event.to, by: role } : transfer
}

function roleOf(call: LiveCall, by: UserId | undefined): Role | undefined {
  return by === undefined ? 'server' : partyOf(call, by)?.role
}
