// Made from the message table of the server by `npm run docs`. Do not edit.

/** The type byte of each message about waking. */
export const pushCodes = {
  PUSH_SUBSCRIBE: 0x78,
  PUSH_UNSUBSCRIBE: 0x79,
  PUSH_KEY: 0x7a,
  PUSH_STATE: 0x7b,
} as const
