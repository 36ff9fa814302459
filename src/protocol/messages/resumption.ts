import { z } from 'zod'
import { readable } from '../codec/readable.ts'
import { seq } from '../codec/sequence-field.ts'
import { room } from './room.ts'

export const peerState = z.enum(['connected', 'reconnecting'])

export const side = z.object({ on_hold: z.boolean(), audio_muted: z.boolean(), video_muted: z.boolean() })

const call = z.object({
  call_id: z.string(),
  phase: z.enum(['ringing', 'active']),
  role: z.enum(['caller', 'callee']),
  peer_user_id: z.string(),
  peer_username: z.string(),
  peer_state: peerState,
  own: side,
  peer: side,
  duration_ms: z.int().min(0),
  /** While it rings. */
  expires_in_ms: z.int().min(0).optional(),
  /** While it rings, for those who agreed on `call_control`. */
  alerting: z.boolean().optional(),
})

/** The call that a session is in, as RESUMED tells it. */
export type ResumedCall = z.infer<typeof call>

export const resumptionMessages = {
  RESUME: {
    code: 0x22,
    about: 'In place of LOGIN_REQUEST: goes on with a session whose connection is lost',
    cost: 2,
    needs: 'resume',
    client: readable(
      'RESUME',
      z.object({ session_token: z.string().min(1).max(128), last_seq: z.int().min(0) }),
    ),
  },
  RESUMED: {
    code: 0x23,
    about: 'Answers RESUME: `replayed` missed messages follow, then USER_LIST_RESPONSE',
    needs: 'resume',
    server: readable(
      'RESUMED',
      z.object({
        user_id: z.string(),
        username: z.string(),
        session_token: z.string(),
        resume_window_ms: z.int(),
        replayed: z.int().min(0),
        received: z.int().min(0),
        call: call.nullable(),
        /** For those who agreed on `rooms`. */
        room: room.nullable().optional(),
        /** For those who agreed on `account`. */
        do_not_disturb: z.boolean().optional(),
      }),
    ),
  },
  RESUME_REFUSED: {
    code: 0x24,
    about: 'Answers RESUME: log in instead',
    needs: 'resume',
    server: readable(
      'RESUME_REFUSED',
      z.object({ reason: z.enum(['unknown', 'expired', 'replaced', 'overflow']) }),
    ),
  },
  PEER_STATE: {
    code: 0x25,
    about:
      "The other party's connection to the server, whose loss its media may survive; or its move to another device",
    needs: 'resume',
    sequenced: true,
    server: readable(
      'PEER_STATE',
      z.object({ call_id: z.string(), state: z.enum([...peerState.options, 'moved']), seq }),
    ),
  },
} as const
