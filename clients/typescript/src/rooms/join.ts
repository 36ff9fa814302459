import type { Posted } from '../call/outbox.ts'
import type { RoomRtcError } from '../error.ts'
import type { OpenRoom } from './open-room.ts'

/** A ROOM_JOIN that the server has not answered. */
export interface Join {
  readonly posted: Posted
  readonly nickname: string
  readonly resolve: (room: OpenRoom) => void
  readonly reject: (why: RoomRtcError) => void
  /** Nobody waits for it any more. `told`: the server knows already. */
  withdrawn?: { readonly told: boolean }
}
