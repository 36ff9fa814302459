import type { MessageId, SessionId, UserId } from '../../domain/ids.ts'
import type { Message } from '../../domain/message.ts'
import type { ConversationState } from '../ports/messages.ts'

/** A message, and the name that its sender has now; empty where the account is gone. */
export interface ShownMessage {
  readonly message: Message
  readonly username: string
}

export interface ShownConversation extends ConversationState {
  readonly shown: ShownMessage | undefined
  /** Of a direct one. */
  readonly peer: { readonly id: UserId; readonly username: string } | undefined
}

interface Of {
  readonly conversation: string
  readonly id: MessageId
}

export type MessageNews =
  | ({ readonly event: 'posted' } & ShownMessage)
  /** `unread`: how many are left, which is for the reader alone. */
  | {
      readonly event: 'read'
      readonly conversation: string
      readonly by: UserId
      readonly upTo: MessageId
      readonly unread: number
    }
  | ({ readonly event: 'edited'; readonly text: string; readonly at: number } & Of)
  | ({ readonly event: 'deleted'; readonly by: UserId; readonly at: number } & Of)
  | ({ readonly event: 'reacted'; readonly by: UserId; readonly sign: string; readonly on: boolean } & Of)
  | { readonly event: 'typing'; readonly conversation: string; readonly by: UserId }

export type MessageEffect =
  /** To all sessions of these users that have agreed on messages. `session`: who has asked, which it answers. */
  | {
      readonly kind: 'message-news'
      readonly to: readonly UserId[]
      readonly session: SessionId | undefined
      readonly news: MessageNews
    }
  | {
      readonly kind: 'answer-messages'
      readonly messages: readonly ShownMessage[]
      readonly more: boolean
      /** Where not all of them fit into the answer, these are left out. */
      readonly drops: 'first' | 'last'
    }
  | {
      readonly kind: 'answer-conversations'
      readonly conversations: readonly ShownConversation[]
      readonly more: boolean
    }
