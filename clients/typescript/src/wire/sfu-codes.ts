// Made from the message table of the server by `npm run docs`. Do not edit.

/** The type byte of each message about a media server. */
export const sfuCodes = {
  SFU_STATE: 0x70,
  SFU_RENEW: 0x71,
  SFU_SPEAKING: 0x72,
} as const
