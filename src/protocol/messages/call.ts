import { z } from 'zod'
import { added } from '../added-field.ts'
import { readable } from '../readable.ts'

const callAndPeer = { call_id: z.string(), peer_user_id: z.string(), peer_username: z.string() }

export const callMessages = {
  CALL_REQUEST: {
    code: 0x08,
    about: 'Calls a user',
    client: readable('CALL_REQUEST', z.object({ to_user_id: z.string() })),
  },
  CALL_NOTIFICATION: {
    code: 0x09,
    about: 'Tells the callee that somebody calls',
    server: readable(
      'CALL_NOTIFICATION',
      z.object({ call_id: z.string(), from_user_id: z.string(), from_username: z.string() }),
    ),
  },
  CALL_RESPONSE: {
    code: 0x0a,
    about: 'The callee accepts or declines',
    client: readable('CALL_RESPONSE', z.object({ call_id: z.string(), accepted: z.boolean() })),
  },
  CALL_ACCEPTED: {
    code: 0x0b,
    about: 'Tells the caller that the call is active',
    server: readable('CALL_ACCEPTED', z.object(callAndPeer)),
  },
  CALL_DECLINED: {
    code: 0x0c,
    about: 'Tells the caller that there will be no call, and why',
    server: readable('CALL_DECLINED', z.object({ ...callAndPeer, reason: added(z.string()) })),
  },
  HANGUP: {
    code: 0x10,
    about: 'Ends a ringing or active call; from the server: the call has ended, and why',
    client: readable('HANGUP', z.object({ call_id: z.string() })),
    server: readable('HANGUP', z.object({ call_id: z.string(), reason: added(z.string()) })),
  },
} as const
