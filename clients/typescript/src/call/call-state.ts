export type CallState = RingingOut | RingingIn | Active | Held | Ended

export interface RingingOut {
  readonly name: 'ringing-out'
  /** Unix time in milliseconds; undefined until the server rings the callee. */
  readonly expiresAt: number | undefined
  /** The callee's client has said that it shows or sounds the call. Not all clients say so. */
  readonly alerting: boolean
}

export interface RingingIn {
  readonly name: 'ringing-in'
  readonly expiresAt: number | undefined
}

export interface Active extends Ongoing {
  readonly name: 'active'
}

export interface Held extends Ongoing {
  readonly name: 'held'
  readonly by: 'me' | 'peer' | 'both'
}

export interface Ended {
  readonly name: 'ended'
  readonly reason: EndReason
  readonly durationMs: number
}

export interface Ongoing {
  readonly own: Side
  readonly peer: Side
  /** The peer has lost its connection to the server and may come back. Its media may go on meanwhile. */
  readonly peerAway: boolean
}

export interface Side {
  readonly onHold: boolean
  readonly audioMuted: boolean
  readonly videoMuted: boolean
}

/**
 * The server's word (`hangup`, `declined`, `timeout`, `peer_disconnected`, `callee_busy`, …), where the user has several
 * devices also `answered_elsewhere`, `declined_elsewhere` and `moved`, or one of this package:
 * `cancelled` before the server knew the call, `lost` with the session, `closed` with the client.
 */
export type EndReason = string
