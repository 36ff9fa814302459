import type { Ask, Unsubscribe } from '../ask.ts'
import type { Call, Metadata } from '../call/call.ts'
import type { ClientState } from './client-state.ts'
import type { RoomRtcError } from '../error.ts'
import type { IceServer } from '../ice-server.ts'
import type { Loss } from './loss.ts'
import type { Missed } from './missed.ts'
import type { Person } from '../users/person.ts'
import type { PasswordLogin, TokenLogin } from '../link/token-source.ts'
import type { Users } from '../users/users.ts'
import type { Capability } from '../wire/capabilities.ts'

export interface CallOptions {
  readonly metadata?: Metadata
  /** An offer that travels with the ring. */
  readonly sdp?: string
  /** Cancels the call while it rings. */
  readonly signal?: AbortSignal
}

export interface RegisterOptions extends Ask {
  /** A code of the administrator's, where the server wants one. */
  readonly invite?: string
}

/** One user's client. It connects again by itself, and goes on where it was. */
export interface Client {
  readonly state: ClientState
  /** Who is logged in. */
  readonly me: Person | undefined
  readonly users: Users
  /** One does not want to be rung. It is of the account, on all devices. */
  readonly doNotDisturb: boolean
  /** Ringing or active. */
  readonly currentCall: Call | undefined
  /** The latest; empty until the server has told some. */
  readonly iceServers: readonly IceServer[]
  /** Those that the server agreed to. */
  readonly capabilities: readonly Capability[]
  /** The server's limits by the names of the protocol; one that is absent does not exist. */
  readonly limits: Readonly<Record<string, number>>
  /** Makes an account, and does not log in. */
  register(who: PasswordLogin, options?: RegisterOptions): Promise<Person>
  /** Resolves when the list of users is there. */
  login(who: PasswordLogin | TokenLogin, options?: Ask): Promise<Person>
  /** The connection stays. A call ends. */
  logout(options?: Ask): Promise<void>
  changePassword(passwords: { readonly present: string; readonly next: string }, options?: Ask): Promise<void>
  /** Needs the capability `account`. Not for guests. */
  setDoNotDisturb(on: boolean, options?: Ask): Promise<void>
  /** For good. */
  deleteAccount(proof: { readonly password: string }, options?: Ask): Promise<void>
  /** Rings a user, given as such or by its id. Whatever stands against it ends the call, with the reason. */
  call(to: Person | string, options?: CallOptions): Call
  /** Those that ring from now on, until the client is closed or the signal ends it. */
  incoming(options?: Ask): AsyncIterableIterator<Call>
  /** To the server and back, in milliseconds. */
  roundTrip(options?: Ask): Promise<number>
  on<E extends keyof ClientEvents>(event: E, listener: (value: ClientEvents[E]) => void): Unsubscribe
  /** For good: leaves no timer, socket or listener. */
  close(): Promise<void>
}

export interface ClientEvents {
  state: ClientState
  /** Somebody calls; also who began to while the connection was lost. */
  call: Call
  /**
   * The other party has handed this one over: the call before has ended with the reason `transferred`, and this one is
   * active. This side sends the first offer.
   */
  transferred: Call
  /** Told when the client is back. */
  missed: Missed
  loss: Loss
  /** It has changed, here or at another device. */
  doNotDisturb: boolean
  /** The server is about to stop. The client comes back by itself. */
  goaway: { readonly reason: string; readonly reconnectAfterMs: number | undefined }
  iceServers: readonly IceServer[]
  /** The server refused something for which nobody waits. */
  refusal: RoomRtcError
}
