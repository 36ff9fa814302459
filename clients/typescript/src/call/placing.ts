import type { Missed } from '../client/missed.ts'
import type { Host } from '../client/part.ts'
import type { Teller } from './call-actions.ts'
import type { Posted } from './outbox.ts'
import type { RoomCall } from './room-call.ts'

/** A call that the server was asked for, and has neither refused nor given an id. */
export interface Placing {
  readonly call: RoomCall
  readonly posted: Posted
  /**
   * The server was asked to end whatever has come of the request (CALL-19), and will say that it is over: the id of that
   * call, empty until the server has told it.
   */
  takenBack?: string
}

export interface CallsOptions extends Host, Teller {
  /** False where nobody is told. */
  readonly rings: (call: RoomCall) => boolean
  readonly missed: (call: Missed) => void
  /** The user was handed over, and is in this call. False where nobody is told. */
  readonly handedOver: (call: RoomCall) => boolean
  /** The server does not know an active call any more. */
  readonly forgotten: (call: RoomCall) => void
}
