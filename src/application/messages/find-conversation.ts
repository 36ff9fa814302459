import {
  type Conversation,
  directConversation,
  readDirect,
  roomConversation,
} from '../../domain/conversation.ts'
import { parseUserId, type UserId } from '../../domain/ids.ts'
import { RefusalReason, type Refusal } from '../../domain/refusal.ts'
import { err, ok, type Result } from '../../domain/result.ts'
import { memberOf } from '../../domain/room.ts'
import type { Rooms } from '../ports/rooms.ts'
import type { UserStore } from '../ports/user-store.ts'
import { type RoomRules, wholeRoomId } from '../room/room-rules.ts'

interface Deps {
  readonly users: Pick<UserStore, 'findById'>
  readonly roomRules: Pick<RoomRules, 'label'>
}

type Found = Result<Conversation, Refusal>

/** From what a client names to a conversation that the user is in (MSG-3). */
export interface FindConversation {
  /** By its id; that of a room needs `rooms`. */
  byId(rooms: Pick<Rooms, 'find'>, user: UserId, id: string): Promise<Found>
  /** With somebody who can be written to. */
  toUser(user: UserId, to: string): Promise<Found>
  /** Whether the other of a direct one can be written to; everybody in a room can. */
  writable(user: UserId, conversation: Conversation): Promise<Refusal | undefined>
}

export function makeFindConversation({ users, roomRules }: Deps): FindConversation {
  return {
    async byId(rooms, user, id) {
      const both = readDirect(id)
      if (both !== undefined)
        return both.includes(user) ? ok({ kind: 'direct', users: both }) : refused('conversation_not_found')
      const room = wholeRoomId(roomRules.label, id)
      const found = room === undefined ? undefined : await rooms.find(room)
      if (found === undefined || memberOf(found, user) === undefined) return refused('conversation_not_found')
      return ok(roomConversation(found))
    },

    async toUser(user, to) {
      const other = parseUserId(to)
      if (other === undefined) return refused('user_not_found')
      if (other === user) return refused('cannot_message_self')
      const conversation = directConversation(user, other)
      const fault = await notThere(other)
      return fault === undefined ? ok(conversation) : err(fault)
    },

    async writable(user, conversation) {
      if (conversation.kind === 'room') return undefined
      const other = conversation.users.find((id) => id !== user)
      return other === undefined ? { reason: 'user_not_found' } : notThere(other)
    },
  }

  /** The refusals of a call to the same user. */
  async function notThere(id: UserId): Promise<Refusal | undefined> {
    const account = await users.findById(id)
    if (account === undefined) return { reason: RefusalReason.userNotFound }
    return account.disabled === true ? { reason: RefusalReason.userUnavailable } : undefined
  }
}

function refused(reason: RefusalReason): Result<never, Refusal> {
  return err({ reason })
}
