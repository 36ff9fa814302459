import { z } from 'zod'
import { readable } from '../codec/readable.ts'
import { seq } from '../codec/sequence-field.ts'
import { peerState, side } from './resumption.ts'

const device = z.object({
  session_id: z.string(),
  /** As its HELLO said; empty where it has said none. */
  client: z.string(),
  transport: z.string(),
  /** When it logged in, in Unix milliseconds. */
  since: z.int().min(0),
  connected: z.boolean(),
  this: z.boolean(),
  /** The active call that it has. */
  call_id: z.string().optional(),
})

/** A session of one's own, as DEVICES tells it. */
export type WireDevice = z.infer<typeof device>

export const deviceList = z.object({ devices: z.array(device) })

/** A call that goes on with this device. */
export const movedCall = z.object({
  call_id: z.string(),
  role: z.enum(['caller', 'callee']),
  peer_user_id: z.string(),
  peer_username: z.string(),
  own: side,
  peer: side,
  peer_state: peerState,
  duration_ms: z.int().min(0),
})

/** As long as an id may be. */
const MAX_SESSION_ID_LENGTH = 128

export const deviceMessages = {
  CALL_MOVE: {
    code: 0x3c,
    about: 'Takes the active call that another device of one’s own has',
    needs: 'devices',
    cost: 5,
    sequenced: true,
    client: readable('CALL_MOVE', z.object({ call_id: z.string() })),
  },
  CALL_MOVED: {
    code: 0x3d,
    about: 'Answers CALL_MOVE: the call goes on here, and the next offer is to come from here',
    needs: 'devices',
    sequenced: true,
    server: readable('CALL_MOVED', movedCall.extend({ seq })),
  },
  DEVICES_REQUEST: {
    code: 0x3e,
    about: 'Asks for the sessions that one has',
    needs: 'devices',
    mayBeEmpty: true,
    client: readable('DEVICES_REQUEST', z.object({})),
  },
  DEVICES: {
    code: 0x3f,
    about: 'Answers DEVICES_REQUEST and DEVICE_LOGOUT: one’s own sessions, the oldest first',
    needs: 'devices',
    server: readable('DEVICES', deviceList),
  },
  DEVICE_LOGOUT: {
    code: 0x40,
    about: 'Ends a session of one’s own',
    needs: 'devices',
    client: readable('DEVICE_LOGOUT', z.object({ session_id: z.string().min(1).max(MAX_SESSION_ID_LENGTH) })),
  },
} as const
