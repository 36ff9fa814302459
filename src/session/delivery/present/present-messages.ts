import type {
  MessageEffect,
  MessageNews,
  ShownConversation,
  ShownMessage,
} from '../../../application/messages/message-effect.ts'
import { conversationId } from '../../../domain/conversation.ts'
import type { UserId } from '../../../domain/ids.ts'
import type { ServerMessage } from '../../../protocol/message-table.ts'
import type { WireMessage } from '../../../protocol/messages/messages.ts'

/** A page is cut so that it stays below this, in characters of its JSON. */
const MAX_PAGE_CHARS = 262_144

/** A message, in the words of the wire. */
export function presentMessage({ message, username }: ShownMessage): WireMessage {
  const { id, conversation, from, text, attachments, clientId, createdAt, editedAt, deletedAt, reactions } =
    message
  return {
    message_id: id,
    conversation_id: conversationId(conversation),
    from_user_id: from,
    from_username: username,
    text,
    attachments: attachments.map(({ fileId: file_id, name, type, bytes, thumbnail }) => ({
      ...{ file_id, name, type, bytes },
      ...(thumbnail === undefined ? {} : { thumbnail }),
    })),
    client_id: clientId,
    created_at: createdAt,
    ...(editedAt === undefined ? {} : { edited_at: editedAt }),
    ...(deletedAt === undefined ? {} : { deleted_at: deletedAt }),
    ...(reactions.length === 0
      ? {}
      : { reactions: reactions.map(({ sign, users }) => ({ reaction: sign, user_ids: [...users] })) }),
  }
}

/** `to`: who is told, since how many are left to read is only for the reader. */
export function presentMessageNews(news: MessageNews, to: UserId): ServerMessage {
  if (news.event === 'posted') return { type: 'MESSAGE', payload: presentMessage(news) }
  const conversation_id = conversationId(news.conversation)
  switch (news.event) {
    case 'read': {
      const unread = to === news.by ? { unread: news.unread } : {}
      const payload = { conversation_id, user_id: news.by, up_to: news.upTo, ...unread }
      return { type: 'MESSAGE_READ', payload }
    }
    case 'edited': {
      const payload = { conversation_id, message_id: news.id, text: news.text, edited_at: news.at }
      return { type: 'MESSAGE_EDIT', payload }
    }
    case 'deleted': {
      const payload = { conversation_id, message_id: news.id, user_id: news.by, deleted_at: news.at }
      return { type: 'MESSAGE_DELETE', payload }
    }
    case 'reacted': {
      const { by: user_id, sign: reaction, on } = news
      return {
        type: 'MESSAGE_REACT',
        payload: { conversation_id, message_id: news.id, user_id, reaction, on },
      }
    }
    case 'typing':
      return { type: 'MESSAGE_TYPING', payload: { conversation_id, user_id: news.by } }
  }
}

type Page = Extract<MessageEffect, { kind: 'answer-messages' }>
type List = Extract<MessageEffect, { kind: 'answer-conversations' }>

/** As many as fit; where some do not, there are more. */
export function presentMessages({
  messages,
  more,
  drops,
}: Page): Extract<ServerMessage, { type: 'MESSAGES' }> {
  const inOrder = drops === 'first' ? messages.toReversed() : messages
  const kept: WireMessage[] = []
  let chars = 0
  for (const shown of inOrder) {
    const message = presentMessage(shown)
    chars += JSON.stringify(message).length
    if (chars > MAX_PAGE_CHARS && kept.length > 0) break
    kept.push(message)
  }
  const isCut = kept.length < messages.length
  return {
    type: 'MESSAGES',
    payload: { messages: drops === 'first' ? kept.toReversed() : kept, more: more || isCut },
  }
}

export function presentConversations({
  conversations,
  more,
}: List): Extract<ServerMessage, { type: 'CONVERSATIONS' }> {
  return { type: 'CONVERSATIONS', payload: { conversations: conversations.map(presentConversation), more } }
}

function presentConversation({
  conversation,
  peer,
  shown,
  unread,
  readUpTo,
  peerReadUpTo,
}: ShownConversation) {
  return {
    conversation_id: conversationId(conversation),
    ...(peer === undefined ? {} : { peer_user_id: peer.id, peer_username: peer.username }),
    ...(shown === undefined ? {} : { last_message: presentMessage(shown) }),
    unread,
    ...(readUpTo === undefined ? {} : { read_up_to: readUpTo }),
    ...(peerReadUpTo === undefined ? {} : { peer_read_up_to: peerReadUpTo }),
  }
}
