import type { RoomRtcError } from '../error.ts'

export type ClientState = Online | Reconnecting | Offline | SignedOut | Closed

/** Connected; or, before a login, put out for saying nothing, and connected again as soon as there is something to ask. */
export interface Online {
  readonly name: 'online'
}

export interface Reconnecting {
  readonly name: 'reconnecting'
  /** Since when there is no connection: Unix time in milliseconds. */
  readonly since: number
  readonly attempt: number
  /** Undefined while it tries. */
  readonly nextTryAt: number | undefined
}

/** The device says that it has no network. It goes on by itself when there is one. */
export interface Offline {
  readonly name: 'offline'
  readonly since: number
}

/** The server has ended the session on purpose (`why.reason`). Only `login` goes on from here. */
export interface SignedOut {
  readonly name: 'signed-out'
  readonly why: RoomRtcError
}

export interface Closed {
  readonly name: 'closed'
  readonly why: RoomRtcError
}
