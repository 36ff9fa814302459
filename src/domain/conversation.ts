import { parseUserId, type RoomId, type UserId } from './ids.ts'
import type { Room } from './room.ts'

/** Between two users, or in a room. */
export type Conversation =
  | { readonly kind: 'direct'; readonly users: readonly [UserId, UserId] }
  | { readonly kind: 'room'; readonly room: RoomId; readonly life: string | undefined }

/** Stands between the ids of the two; no id of a user or a room has it. */
const BETWEEN = '|'

/** Stands between the id of a room and its life; no id of a room has it. */
const LIFE = '/'

/** The same whoever of the two asks: so that nobody can be in a conversation whose id does not name it. */
export function directConversation(one: UserId, other: UserId): Conversation & { kind: 'direct' } {
  return { kind: 'direct', users: one < other ? [one, other] : [other, one] }
}

/** A room that is not permanent has a life of its own: a later one of the same id has another. */
export function roomConversation({ id: room, life }: Pick<Room, 'id' | 'life'>): Conversation {
  return { kind: 'room', room, life }
}

/** By which it is stored. */
export function conversationKey(conversation: Conversation): string {
  if (conversation.kind === 'direct') return conversation.users.join(BETWEEN)
  const { room, life } = conversation
  return life === undefined ? room : `${room}${LIFE}${life}`
}

/** As clients name it: without the life of a room, of which they can only mean the present one. */
export function conversationId(key: string): string {
  return key.split(LIFE, 1)[0] ?? key
}

/** Whether an id is that of two users; undefined where it is not, and else the two, in the one order that there is. */
export function readDirect(id: string): readonly [UserId, UserId] | undefined {
  const [one, other, ...more] = id.split(BETWEEN).map(parseUserId)
  if (one === undefined || other === undefined || more.length > 0 || one >= other) return undefined
  return [one, other]
}

/** The two of a stored conversation; nobody where it is a room's, whose members come and go. */
export function usersOfKey(key: string): readonly UserId[] {
  return readDirect(key) ?? []
}
