// Made from the message table of the server by `npm run docs`. Do not edit.

import type { Shape } from './shape.ts'
/** What the messages of this module must look like to be understood. */
export const roomShapes: Readonly<Record<string, Shape>> = {
  RESUMED: {
    user_id: 'string',
    username: 'string',
    session_token: 'string',
    resume_window_ms: 'number',
    replayed: 'number',
    received: 'number',
    call: [
      'one',
      [
        {
          call_id: 'string',
          phase: ['is', ['ringing', 'active']],
          role: ['is', ['caller', 'callee']],
          peer_user_id: 'string',
          peer_username: 'string',
          peer_state: ['is', ['connected', 'reconnecting']],
          own: { on_hold: 'boolean', audio_muted: 'boolean', video_muted: 'boolean' },
          peer: { on_hold: 'boolean', audio_muted: 'boolean', video_muted: 'boolean' },
          duration_ms: 'number',
          'expires_in_ms?': 'number',
          'alerting?': 'boolean',
        },
        'null',
      ],
    ],
    'room?': [
      'one',
      [
        {
          room_id: 'string',
          name: 'string',
          mode: ['is', ['mesh', 'sfu']],
          max_members: 'number',
          invite_only: 'boolean',
          members: [
            'list',
            {
              user_id: 'string',
              username: 'string',
              nickname: 'string',
              audio_muted: 'boolean',
              video_muted: 'boolean',
              state: ['is', ['connected', 'reconnecting']],
              'connected_to_voice?': 'boolean',
              'stream_id?': 'string',
              'muted_by_owner?': ['list', ['is', ['audio', 'video']]],
            },
          ],
          'owner_user_id?': 'string',
        },
        'null',
      ],
    ],
    'do_not_disturb?': 'boolean',
  },
  ROOM_JOINED: {
    room_id: 'string',
    name: 'string',
    mode: ['is', ['mesh', 'sfu']],
    max_members: 'number',
    invite_only: 'boolean',
    members: [
      'list',
      {
        user_id: 'string',
        username: 'string',
        nickname: 'string',
        audio_muted: 'boolean',
        video_muted: 'boolean',
        state: ['is', ['connected', 'reconnecting']],
        'connected_to_voice?': 'boolean',
        'stream_id?': 'string',
        'muted_by_owner?': ['list', ['is', ['audio', 'video']]],
      },
    ],
    'owner_user_id?': 'string',
    'seq?': 'number',
  },
  ROOM_MEMBER: {
    room_id: 'string',
    event: ['is', ['joined', 'left', 'updated', 'reconnecting', 'connected']],
    member: {
      user_id: 'string',
      username: 'string',
      nickname: 'string',
      audio_muted: 'boolean',
      video_muted: 'boolean',
      state: ['is', ['connected', 'reconnecting']],
      'connected_to_voice?': 'boolean',
      'stream_id?': 'string',
      'muted_by_owner?': ['list', ['is', ['audio', 'video']]],
    },
    'reason?': 'string',
    'seq?': 'number',
  },
  ROOM_LEFT: { room_id: 'string', reason: 'string', 'seq?': 'number' },
  ROOM_INVITED: {
    room_id: 'string',
    name: 'string',
    from_user_id: 'string',
    from_username: 'string',
    invite: 'string',
    expires_in_ms: 'number',
    'seq?': 'number',
  },
  ROOM_LIST: {
    rooms: [
      'list',
      { room_id: 'string', name: 'string', max_members: 'number', invite_only: 'boolean', members: 'number' },
    ],
    'next_cursor?': 'string',
  },
}
