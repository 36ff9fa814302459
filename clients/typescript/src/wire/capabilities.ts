// Made from the message table of the server by `npm run docs`. Do not edit.

/** What a client agrees on where it does not say otherwise. */
export const capabilities = [
  'resume',
  'call_control',
  'ice_servers',
  'goaway',
  'account',
  'rooms',
  'history',
  'devices',
  'watch',
] as const

export type Capability = (typeof capabilities)[number] | 'messages' | 'sfu' | 'push'
