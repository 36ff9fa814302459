import type { RoomId, SessionId, UserId } from '../../domain/ids.ts'
import type { MediaKind, Member, Room } from '../../domain/room.ts'
import type { LeaveReason, MemberEvent } from '../../domain/room-table.ts'
import type { User } from '../../domain/user.ts'

/** A room as one of its members sees it: `others` in the order in which they came. */
export interface RoomView {
  readonly room: Room
  readonly others: readonly Member[]
}

/** What a list says of a room. */
export type ListedRoom = Pick<Room, 'id' | 'name' | 'maxMembers' | 'inviteOnly'> & {
  readonly members: number
}

/** What a use case of rooms wants done outside. */
export type RoomEffect =
  /** From here on it may signal to the others, and they to it. `room`: with it. */
  | { readonly kind: 'room-entered'; readonly room: Room; readonly member: Member }
  | { readonly kind: 'room-member-changed'; readonly room: Room; readonly member: Member }
  | { readonly kind: 'room-left'; readonly room: Room; readonly member: Member }
  /** Something of the room itself is different: who is invited, since when it is empty. */
  | { readonly kind: 'room-changed'; readonly room: Room }
  /** `life`: of one that is not permanent. */
  | { readonly kind: 'room-ended'; readonly room: RoomId; readonly life: string | undefined }
  | { readonly kind: 'answer-room-joined'; readonly session: SessionId; readonly view: RoomView }
  | {
      readonly kind: 'answer-room-list'
      readonly rooms: readonly ListedRoom[]
      readonly nextCursor: string | undefined
    }
  /** To all others in the room. */
  | {
      readonly kind: 'room-news'
      readonly room: RoomId
      readonly event: MemberEvent
      readonly member: Member
      readonly reason: LeaveReason | undefined
    }
  | {
      readonly kind: 'room-goodbye'
      readonly session: SessionId
      readonly room: RoomId
      readonly reason: LeaveReason
    }
  /** To the member itself. */
  | {
      readonly kind: 'room-muted'
      readonly session: SessionId
      readonly room: RoomId
      readonly media: MediaKind
      readonly on: boolean
    }
  | {
      readonly kind: 'room-invitation'
      readonly to: UserId
      readonly from: User
      readonly room: Pick<Room, 'id' | 'name'>
      readonly invite: string
      readonly expiresInMs: number
    }
