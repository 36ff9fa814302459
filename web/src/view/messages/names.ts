import type { TalkWith } from '../../model/messages/talk-with.ts'
import type { Inside } from '../../model/state.ts'

/** Gives the name of a user in a conversation, as far as the page knows it. */
export function namesIn({ me, people, rooms }: Inside, other: TalkWith): (user: string) => string {
  return (user) => {
    if (user === me.id) return me.username
    if (other.kind === 'user' && other.user.id === user) return other.user.username
    const member = rooms.room?.members.find(({ id }) => id === user)
    return member?.username ?? people.known.find(({ id }) => id === user)?.username ?? ''
  }
}
