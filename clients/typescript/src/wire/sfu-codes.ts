// Made from the message table of the server by `npm run docs`. Do not edit.

/** The type byte of each message about a media server. */
export const sfuCodes = {
  SFU_STATE: 0x70,
  SFU_RENEW: 0x71,
  SFU_SPEAKING: 0x72,
  SFU_MUTE: 0x73,
  SFU_MUTED: 0x74,
  SFU_LAYERS: 0x75,
} as const
