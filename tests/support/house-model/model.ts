/**
 * What the server must think and say, as plainly as PROTOCOL.md has it: no codec, no effects, no stores, no queue. Nothing
 * here is shared with src. Instants are milliseconds of the house's clock.
 */

export interface Expected {
  readonly type: number
  readonly payload: Readonly<Record<string, unknown>>
}

export interface Account {
  readonly id: string
  readonly username: string
  password: string
}

export interface Connection {
  readonly openedAt: number
  open: boolean
  saidHello: boolean
  capabilities: ReadonlySet<string>
  session: Session | undefined
  /** It has tried to log in, to register or to resume. */
  introduced: boolean
  heardAt: number
  /** It has sent a HEARTBEAT, and is ended if it goes silent. */
  promisesHeartbeats: boolean
  /** What it must have been sent since it was last looked at, presence apart. */
  readonly expected: Expected[]
}

export interface Session {
  readonly user: Account
  readonly capabilities: ReadonlySet<string>
  /** Undefined while it waits for its client. */
  connection: Connection | undefined
  lostAt: number | undefined
  /** Messages of calls that it was sent and has not acknowledged. */
  owed: Expected[]
  lastSeq: number
  /** The highest that has ever gone out. */
  sentSeq: number
  acknowledged: number
  /** Messages of calls that were taken from its client. */
  received: number
  token: Token | undefined
  /** The one before, as long as it is good. */
  previousToken: Token | undefined
}

export interface Token {
  readonly session: Session
  fate: 'good' | 'replaced' | 'expired' | 'unknown'
  /** As the server has sent it. */
  text: string
}

export interface Side {
  readonly on_hold: boolean
  readonly audio_muted: boolean
  readonly video_muted: boolean
}

export interface Call {
  readonly id: string
  readonly caller: Account
  readonly callee: Account
  readonly since: number
  readonly offer: string | undefined
  phase: 'ringing' | 'active' | 'over'
  /** The callee's client has said that it alerts. */
  alerting: boolean
  callerSide: Side
  calleeSide: Side
  /** The time that counts, up to the latest moment at which a hold began or ended. */
  talked: number
  /** Since when it counts; undefined while somebody holds, or it rings. */
  talkingSince: number | undefined
}

export interface Model {
  now: number
  /** When anything happened last but the passing of time. */
  changedAt: number
  readonly accounts: Map<string, Account>
  /** By username: one a user. */
  readonly sessions: Map<string, Session>
  readonly connections: Connection[]
  readonly tokens: Token[]
  /** All that there ever were. */
  readonly calls: Call[]
}

export function newModel(): Model {
  return {
    now: 0,
    changedAt: 0,
    accounts: new Map(),
    sessions: new Map(),
    connections: [],
    tokens: [],
    calls: [],
  }
}

export function liveCallOf(model: Model, user: Account): Call | undefined {
  return model.calls.find(
    ({ phase, caller, callee }) => phase !== 'over' && (caller === user || callee === user),
  )
}

export function peerIn({ caller, callee }: Call, user: Account): Account {
  return user === caller ? callee : caller
}

/** PRES-5. */
export function stateOf(model: Model, user: Account): 'Disconnected' | 'Available' | 'Busy' {
  if (!model.sessions.has(user.username)) return 'Disconnected'
  const call = liveCallOf(model, user)
  if (call === undefined) return 'Available'
  return call.phase === 'active' || call.caller === user ? 'Busy' : 'Available'
}

/** PRES-6. The names of these tests are ASCII, for which the engine's own order is that of code points. */
export function userList(model: Model): { user_id: string; username: string; state: string }[] {
  const users = [...model.accounts.values()].map((user) => {
    return { user_id: user.id, username: user.username, state: stateOf(model, user) }
  })
  const group = ({ state }: { state: string }) => (state === 'Disconnected' ? 1 : 0)
  return users.sort((a, b) => group(a) - group(b) || (a.username < b.username ? -1 : 1))
}

export function durationOf({ talked, talkingSince }: Call, now: number): number {
  return talked + (talkingSince === undefined ? 0 : now - talkingSince)
}
