// Made from the message table of the server by `npm run docs`. Do not edit.

import type { Shape } from './shape.ts'
/** What the messages of this module must look like to be understood. */
export const sfuShapes: Readonly<Record<string, Shape>> = {
  SFU_STATE: { room_id: 'string', state: ['is', ['lost', 'ready']], 'seq?': 'number' },
  SFU_SPEAKING: { room_id: 'string', user_ids: ['list', 'string'] },
  SFU_MUTED: { room_id: 'string', kind: ['is', ['audio', 'video']], muted: 'boolean', 'seq?': 'number' },
}
