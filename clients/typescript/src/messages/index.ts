export type {
  Attachment,
  Conversation,
  ConversationPage,
  MessageEvents,
  MessagePage,
  MessageRange,
  MessageRef,
  Messages,
  SendOptions,
  TextMessage,
} from './messages.ts'
export { messagesOf, withMessages } from './messages-of.ts'
