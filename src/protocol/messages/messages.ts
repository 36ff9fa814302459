import { z } from 'zod'
import { readable } from '../codec/readable.ts'

/** As many messages as a page holds at most, and where nothing else is asked for. */
export const MAX_MESSAGES_PAGE = 100

/** Whatever the configuration says; in characters. */
const MAX_TEXT_LENGTH = 16_384
const MAX_ID_LENGTH = 257
const MAX_ATTACHMENTS = 10
const MAX_REACTION_LENGTH = 32
const MAX_QUERY_LENGTH = 200

const instant = z.int().min(0)
const conversation = z.string().min(1).max(MAX_ID_LENGTH)
const messageId = z.string().max(64)

/** No NUL, which not every store can keep, and no half of a character. */
const text = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[^\0\p{Surrogate}]*$/u, { error: 'has characters that no text has' })

const attachment = z.object({
  file_id: z.string(),
  name: z.string(),
  type: z.string(),
  bytes: z.int().min(0),
  thumbnail: z.string().optional(),
})

/** A message as it is now. Instants are Unix milliseconds. */
export const wireMessage = z.object({
  message_id: z.string(),
  conversation_id: z.string(),
  from_user_id: z.string(),
  from_username: z.string(),
  text: z.string(),
  attachments: z.array(attachment),
  client_id: z.string(),
  created_at: instant,
  edited_at: instant.optional(),
  deleted_at: instant.optional(),
  reactions: z.array(z.object({ reaction: z.string(), user_ids: z.array(z.string()) })).optional(),
})

export type WireMessage = z.infer<typeof wireMessage>

/** The parts of MESSAGE_SEND that say what is sent. */
export const newMessage = z.object({
  text: text(MAX_TEXT_LENGTH).optional(),
  attachments: z
    .array(z.object({ file_id: z.string().min(1).max(128) }))
    .max(MAX_ATTACHMENTS)
    .optional(),
  /** Printable ASCII. */
  client_id: z.string().regex(/^[!-~]{1,64}$/),
})

const send = newMessage.extend({
  conversation_id: conversation.optional(),
  to_user_id: z.string().min(1).max(128).optional(),
})

export type SendRequest = z.infer<typeof send>

const range = z.object({
  limit: z.int().min(1).max(MAX_MESSAGES_PAGE).optional(),
  before: messageId.optional(),
})

export type WireRange = z.infer<typeof range>

const oneMessage = z.object({ conversation_id: conversation, message_id: messageId })

const reaction = text(MAX_REACTION_LENGTH).min(1).regex(/^\S+$/)

const search = range.extend({
  query: text(MAX_QUERY_LENGTH).min(1),
  conversation_id: conversation.optional(),
})

export type SearchRequest = z.infer<typeof search>

const conversationState = z.object({
  conversation_id: z.string(),
  peer_user_id: z.string().optional(),
  peer_username: z.string().optional(),
  last_message: wireMessage.optional(),
  unread: z.int().min(0),
  read_up_to: z.string().optional(),
  peer_read_up_to: z.string().optional(),
})

export const messagesMessages = {
  MESSAGE_SEND: {
    code: 0x60,
    about: 'A text message to a user, or into a conversation',
    needs: 'messages',
    cost: 2,
    client: readable(
      'MESSAGE_SEND',
      send.refine(
        ({ conversation_id, to_user_id }) => (conversation_id === undefined) !== (to_user_id === undefined),
        {
          path: ['conversation_id'],
          error: 'comes in the place of "to_user_id", and one of them must be there',
        },
      ),
    ),
  },
  MESSAGE: {
    code: 0x61,
    about: 'A message in one of one’s conversations; answers MESSAGE_SEND',
    needs: 'messages',
    sequenced: true,
    server: readable('MESSAGE', wireMessage),
  },
  MESSAGE_READ: {
    code: 0x62,
    about: 'Somebody has read a conversation up to a message',
    needs: 'messages',
    client: readable('MESSAGE_READ', z.object({ conversation_id: conversation, up_to: messageId })),
    server: readable(
      'MESSAGE_READ',
      z.object({
        conversation_id: z.string(),
        user_id: z.string(),
        up_to: z.string(),
        unread: z.int().min(0).optional(),
      }),
    ),
  },
  MESSAGE_EDIT: {
    code: 0x63,
    about: 'A message of one’s own is to have another text, or has',
    needs: 'messages',
    cost: 2,
    client: readable('MESSAGE_EDIT', oneMessage.extend({ text: text(MAX_TEXT_LENGTH) })),
    server: readable(
      'MESSAGE_EDIT',
      z.object({
        conversation_id: z.string(),
        message_id: z.string(),
        text: z.string(),
        edited_at: instant,
      }),
    ),
  },
  MESSAGE_DELETE: {
    code: 0x64,
    about: 'A message is to go, or has gone',
    needs: 'messages',
    client: readable('MESSAGE_DELETE', oneMessage),
    server: readable(
      'MESSAGE_DELETE',
      z.object({
        conversation_id: z.string(),
        message_id: z.string(),
        user_id: z.string(),
        deleted_at: instant,
      }),
    ),
  },
  MESSAGE_REACT: {
    code: 0x65,
    about: 'Somebody reacts to a message with a sign, or does not any more',
    needs: 'messages',
    client: readable('MESSAGE_REACT', oneMessage.extend({ reaction, on: z.boolean() })),
    server: readable(
      'MESSAGE_REACT',
      z.object({
        conversation_id: z.string(),
        message_id: z.string(),
        user_id: z.string(),
        reaction: z.string(),
        on: z.boolean(),
      }),
    ),
  },
  MESSAGE_TYPING: {
    code: 0x66,
    about: 'Somebody is writing',
    needs: 'messages',
    client: readable('MESSAGE_TYPING', z.object({ conversation_id: conversation })),
    server: readable('MESSAGE_TYPING', z.object({ conversation_id: z.string(), user_id: z.string() })),
  },
  CONVERSATIONS_REQUEST: {
    code: 0x67,
    about: 'Asks for one’s conversations, those with the latest messages first',
    needs: 'messages',
    mayBeEmpty: true,
    cost: 3,
    client: readable('CONVERSATIONS_REQUEST', range),
  },
  CONVERSATIONS: {
    code: 0x68,
    about: 'Answers CONVERSATIONS_REQUEST',
    needs: 'messages',
    server: readable(
      'CONVERSATIONS',
      z.object({ conversations: z.array(conversationState), more: z.boolean() }),
    ),
  },
  MESSAGES_REQUEST: {
    code: 0x69,
    about: 'Asks for the messages of a conversation, a page at a time',
    needs: 'messages',
    cost: 2,
    client: readable('MESSAGES_REQUEST', range.extend({ conversation_id: conversation })),
  },
  MESSAGES: {
    code: 0x6a,
    about: 'Answers MESSAGES_REQUEST and MESSAGE_SEARCH',
    needs: 'messages',
    server: readable('MESSAGES', z.object({ messages: z.array(wireMessage), more: z.boolean() })),
  },
  MESSAGE_SEARCH: {
    code: 0x6b,
    about: 'Asks for messages by the words in them, the latest first',
    needs: 'messages',
    cost: 10,
    client: readable('MESSAGE_SEARCH', search),
  },
} as const
