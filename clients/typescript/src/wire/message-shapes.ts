// Made from the message table of the server by `npm run docs`. Do not edit.

import type { Shape } from './shape.ts'
/** What the messages of this module must look like to be understood. */
export const messageShapes: Readonly<Record<string, Shape>> = {
  MESSAGE: {
    message_id: 'string',
    conversation_id: 'string',
    from_user_id: 'string',
    from_username: 'string',
    text: 'string',
    attachments: [
      'list',
      { file_id: 'string', name: 'string', type: 'string', bytes: 'number', 'thumbnail?': 'string' },
    ],
    client_id: 'string',
    created_at: 'number',
    'edited_at?': 'number',
    'deleted_at?': 'number',
    'reactions?': ['list', { reaction: 'string', user_ids: ['list', 'string'] }],
  },
  MESSAGE_READ: { conversation_id: 'string', user_id: 'string', up_to: 'string', 'unread?': 'number' },
  MESSAGE_EDIT: { conversation_id: 'string', message_id: 'string', text: 'string', edited_at: 'number' },
  MESSAGE_DELETE: {
    conversation_id: 'string',
    message_id: 'string',
    user_id: 'string',
    deleted_at: 'number',
  },
  MESSAGE_REACT: {
    conversation_id: 'string',
    message_id: 'string',
    user_id: 'string',
    reaction: 'string',
    on: 'boolean',
  },
  MESSAGE_TYPING: { conversation_id: 'string', user_id: 'string' },
  CONVERSATIONS: {
    conversations: [
      'list',
      {
        conversation_id: 'string',
        'peer_user_id?': 'string',
        'peer_username?': 'string',
        'last_message?': {
          message_id: 'string',
          conversation_id: 'string',
          from_user_id: 'string',
          from_username: 'string',
          text: 'string',
          attachments: [
            'list',
            { file_id: 'string', name: 'string', type: 'string', bytes: 'number', 'thumbnail?': 'string' },
          ],
          client_id: 'string',
          created_at: 'number',
          'edited_at?': 'number',
          'deleted_at?': 'number',
          'reactions?': ['list', { reaction: 'string', user_ids: ['list', 'string'] }],
        },
        unread: 'number',
        'read_up_to?': 'string',
        'peer_read_up_to?': 'string',
      },
    ],
    more: 'boolean',
  },
  MESSAGES: {
    messages: [
      'list',
      {
        message_id: 'string',
        conversation_id: 'string',
        from_user_id: 'string',
        from_username: 'string',
        text: 'string',
        attachments: [
          'list',
          { file_id: 'string', name: 'string', type: 'string', bytes: 'number', 'thumbnail?': 'string' },
        ],
        client_id: 'string',
        created_at: 'number',
        'edited_at?': 'number',
        'deleted_at?': 'number',
        'reactions?': ['list', { reaction: 'string', user_ids: ['list', 'string'] }],
      },
    ],
    more: 'boolean',
  },
}
