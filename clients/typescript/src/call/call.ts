import type { Ask, Unsubscribe } from '../ask.ts'
import type { Person } from '../users/person.ts'
import type { CallState } from './call-state.ts'
import type { Signals } from './signal.ts'
import type { Transfer } from './transfer.ts'

/** For the applications: audio or video, a subject line. At most 2048 bytes as JSON. */
export interface Metadata {
  readonly [key: string]: unknown
}

export interface Call {
  /** Of an outgoing call undefined until the server has told it. */
  readonly id: string | undefined
  /** Turns from caller to callee where both have called each other and the other one was first. */
  readonly role: 'caller' | 'callee'
  readonly peer: Person
  readonly metadata: Metadata | undefined
  /** The offer that came with the ring. */
  readonly offer: string | undefined
  readonly state: CallState
  /** Of a call that rings at the other end: that client has said that it does. */
  readonly alerting: boolean
  /** After a move, whether the next offer is to come from here. Before one it is undefined: the caller offers. */
  readonly offersFirst: boolean | undefined
  /** How long it has been active, holds not counted. */
  durationMs(): number
  /** `sdp`: the answer, where the ring had an offer. */
  accept(options?: { readonly sdp?: string }): void
  decline(): void
  /** Takes a call back that rings at the other end. Before the server knows it, as soon as it does. */
  cancel(): void
  /** Whatever the state: declines, cancels or hangs up. */
  hangup(): void
  hold(on: boolean): void
  mute(what: { readonly audio?: boolean; readonly video?: boolean }): void
  /**
   * Hands the other party over to a third user, who is rung. Once that one accepts, this call has ended with the reason
   * `transferred`; until then, and if it does not, the call goes on. The event `transfer` tells how that stands.
   */
  transfer(to: Person): void
  /** Takes a transfer back while the third user is rung; either party may. */
  cancelTransfer(): void
  /** While the third user is rung. */
  readonly transferring: Transfer | undefined
  readonly signals: Signals
  /**
   * Resolves when the call is in this state; `over` means ended. Rejects with `closed` and the `reason` when the call
   * ends first.
   */
  until(state: CallState['name'] | 'over', options?: Ask): Promise<CallState>
  on<E extends keyof CallEvents>(event: E, listener: (value: CallEvents[E]) => void): Unsubscribe
}

export interface CallEvents {
  /** Every change, that of a hold, of a mute and of the peer's connection included. */
  state: CallState
  /** The connection to the server came back in this call. Restart ICE where the media is not well. */
  resumed: undefined
  /** Somebody is rung for a transfer of this call, or is not any more and the call goes on. */
  transfer: Transfer
  /** The other party goes on with another of its devices, which offers anew. Close the media, and bind it once more. */
  moved: undefined
}
