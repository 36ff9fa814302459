// Made from the message table of the server by `npm run docs`. Do not edit.

import type { Shape } from './shape.ts'
/** What the messages of this module must look like to be understood. */
export const pushShapes: Readonly<Record<string, Shape>> = {
  PUSH_KEY: { public_key: 'string' },
  PUSH_STATE: { subscriptions: 'number' },
}
