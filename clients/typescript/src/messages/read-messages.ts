import type { ServerPayloads } from '../wire/server-messages.ts'
import type { Conversation, MessageRef, TextMessage } from './messages.ts'

/** From the words of the wire to ours. */
export function readMessage({
  from_user_id,
  from_username: username,
  text,
  attachments,
  client_id: clientId,
  created_at: createdAt,
  edited_at: editedAt,
  deleted_at: deletedAt,
  reactions = [],
  ...which
}: ServerPayloads['MESSAGE']): TextMessage {
  return {
    ...refOf(which),
    from: { id: from_user_id, username },
    text,
    attachments: attachments.map(({ file_id: fileId, name, type, bytes, thumbnail }) => ({
      ...{ fileId, name, type, bytes, thumbnail },
    })),
    clientId,
    createdAt,
    editedAt,
    deletedAt,
    reactions: reactions.map(({ reaction: sign, user_ids: users }) => ({ sign, users })),
  }
}

export function readConversation({
  conversation_id: id,
  peer_user_id,
  peer_username: username = '',
  last_message,
  unread,
  read_up_to: readUpTo,
  peer_read_up_to: peerReadUpTo,
}: ServerPayloads['CONVERSATIONS']['conversations'][number]): Conversation {
  const peer = peer_user_id === undefined ? undefined : { id: peer_user_id, username }
  const last = last_message && readMessage(last_message)
  return { id, peer, last, unread, readUpTo, peerReadUpTo }
}

export function refOf(which: { readonly message_id: string; readonly conversation_id: string }): MessageRef {
  return { id: which.message_id, conversation: which.conversation_id }
}
