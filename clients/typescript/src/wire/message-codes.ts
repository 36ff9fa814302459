// Made from the message table of the server by `npm run docs`. Do not edit.

/** The type byte of each text message. */
export const messageCodes = {
  MESSAGE_SEND: 0x60,
  MESSAGE: 0x61,
  MESSAGE_READ: 0x62,
  MESSAGE_EDIT: 0x63,
  MESSAGE_DELETE: 0x64,
  MESSAGE_REACT: 0x65,
  MESSAGE_TYPING: 0x66,
  CONVERSATIONS_REQUEST: 0x67,
  CONVERSATIONS: 0x68,
  MESSAGES_REQUEST: 0x69,
  MESSAGES: 0x6a,
  MESSAGE_SEARCH: 0x6b,
} as const
