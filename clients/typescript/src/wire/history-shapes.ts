// Made from the message table of the server by `npm run docs`. Do not edit.

import type { Shape } from './shape.ts'
/** What the messages of this module must look like to be understood. */
export const historyShapes: Readonly<Record<string, Shape>> = {
  HISTORY: {
    entries: [
      'list',
      {
        call_id: 'string',
        peer_user_id: 'string',
        peer_username: 'string',
        direction: ['is', ['incoming', 'outgoing']],
        outcome: 'string',
        started_at: 'number',
        duration_ms: 'number',
        seen: 'boolean',
      },
    ],
    unseen: 'number',
    'next_cursor?': 'string',
  },
  HISTORY_SEEN: { unseen: 'number' },
}
