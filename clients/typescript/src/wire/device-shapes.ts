// Made from the message table of the server by `npm run docs`. Do not edit.

import type { Shape } from './shape.ts'
/** What the messages of this module must look like to be understood. */
export const deviceShapes: Readonly<Record<string, Shape>> = {
  CALL_MOVED: {
    call_id: 'string',
    role: ['is', ['caller', 'callee']],
    peer_user_id: 'string',
    peer_username: 'string',
    own: { on_hold: 'boolean', audio_muted: 'boolean', video_muted: 'boolean' },
    peer: { on_hold: 'boolean', audio_muted: 'boolean', video_muted: 'boolean' },
    peer_state: ['is', ['connected', 'reconnecting']],
    duration_ms: 'number',
    'seq?': 'number',
  },
  DEVICES: {
    devices: [
      'list',
      {
        session_id: 'string',
        client: 'string',
        transport: 'string',
        since: 'number',
        connected: 'boolean',
        this: 'boolean',
        'call_id?': 'string',
      },
    ],
  },
}
