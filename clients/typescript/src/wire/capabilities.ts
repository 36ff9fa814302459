// Made from the message table of the server by `npm run docs`. Do not edit.

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

export type Capability = (typeof capabilities)[number]
