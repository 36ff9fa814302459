import type { Conversation } from '../../domain/conversation.ts'
import type { SessionId, UserId } from '../../domain/ids.ts'
import { ok } from '../../domain/result.ts'
import type { Outcome } from '../effect.ts'
import type { Tx } from '../ports/transaction.ts'
import type { MessageNews } from './message-effect.ts'

/** Who acts: a user, and by which of its sessions, where by one. */
interface Writer {
  readonly user: UserId
  readonly session: SessionId | undefined
}

export type TellMembers = (
  tx: Tx,
  by: Writer,
  told: { readonly conversation: Conversation; readonly news: MessageNews },
) => Promise<Outcome>

/**
 * To all who are in the conversation now, and whoever has asked. What a member has read is told the others of a direct
 * conversation alone, and that somebody is writing all but who writes.
 */
export const tellMembers: TellMembers = async (tx, { user, session }, { conversation, news }) => {
  const members = await membersNow(tx, conversation)
  const others = members.filter((member) => member !== user)
  const to =
    news.event === 'typing'
      ? others
      : news.event === 'read' && conversation.kind === 'room'
        ? [user]
        : [user, ...others]
  return ok([{ kind: 'message-news', to, session, news }])
}

/** Of a room that is over, or has begun anew meanwhile, nobody. */
async function membersNow({ rooms }: Tx, conversation: Conversation): Promise<readonly UserId[]> {
  if (conversation.kind === 'direct') return conversation.users
  const room = await rooms.find(conversation.room)
  if (room === undefined || room.life !== conversation.life) return []
  return room.members.map((member) => member.user.id)
}
