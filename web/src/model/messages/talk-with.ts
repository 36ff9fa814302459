import type { Person } from 'roomrtc-client'

/** With whom one writes: one other user, or all who are in the room. */
export type TalkWith =
  | { readonly kind: 'user'; readonly user: Person }
  | { readonly kind: 'room'; readonly id: string; readonly name: string }

/** The id of the conversation. Between two it has the ids of both, the lesser one first. */
export function conversationOf(me: string, other: TalkWith): string {
  return other.kind === 'room' ? other.id : [me, other.user.id].toSorted(byCodeUnits).join('|')
}

/** By which unread messages are counted: the other user, or the room. */
export function counterOf(me: string, conversation: string): string {
  return conversation.split('|').find((id) => id !== me) ?? conversation
}

export function isSame(one: TalkWith | undefined, other: TalkWith): boolean {
  if (one?.kind === 'user') return other.kind === 'user' && one.user.id === other.user.id
  return one?.kind === 'room' && other.kind === 'room' && one.id === other.id
}

function byCodeUnits(one: string, other: string): number {
  return one < other ? -1 : 1
}
