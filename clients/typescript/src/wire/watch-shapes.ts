// Made from the message table of the server by `npm run docs`. Do not edit.

import type { Shape } from './shape.ts'
/** What the messages of this module must look like to be understood. */
export const watchShapes: Readonly<Record<string, Shape>> = {
  WATCHED: {
    all: 'boolean',
    users: [
      'list',
      { user_id: 'string', 'username?': 'string', state: ['is', ['Disconnected', 'Available', 'Busy']] },
    ],
    rooms: [
      'list',
      {
        room_id: 'string',
        'name?': 'string',
        'max_members?': 'number',
        'invite_only?': 'boolean',
        members: 'number',
      },
    ],
  },
  WATCHED_ROOM: {
    room_id: 'string',
    'name?': 'string',
    'max_members?': 'number',
    'invite_only?': 'boolean',
    members: 'number',
  },
}
