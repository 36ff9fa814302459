import { z } from 'zod'
import { readable } from '../codec/readable.ts'

const MAX_CLIENT_NAME_LENGTH = 128
const MAX_CAPABILITIES = 64
const MAX_CAPABILITY_LENGTH = 64

const milliseconds = z.int().min(0)

/** All that a client should know in advance; a limit that is not there does not exist. */
const limits = z.object({
  max_frame_bytes: z.int(),
  max_frame_bytes_before_login: z.int(),
  max_relayed_payload_bytes: z.int(),
  max_call_payload_bytes: z.int(),
  max_metadata_bytes: z.int(),
  login_timeout_ms: milliseconds,
  frame_timeout_ms: milliseconds,
  heartbeat_interval_ms: milliseconds,
  session_timeout_ms: milliseconds,
  ring_timeout_ms: milliseconds,
  resume_window_ms: milliseconds,
  max_outbox_frames: z.int(),
  max_outbox_bytes: z.int(),
  max_watched: z.int().optional(),
  max_message_text_bytes: z.int().optional(),
  max_requests_per_minute: z.int().optional(),
  max_signals_per_minute: z.int().optional(),
  max_calls_per_minute: z.int().optional(),
  max_failed_resumes_per_minute: z.int().optional(),
})

export type WireLimits = z.infer<typeof limits>

export const negotiationMessages = {
  HELLO: {
    code: 0x20,
    about: 'Before LOGIN_REQUEST: what the client is and can',
    client: readable(
      'HELLO',
      z.object({
        protocol: z.int(),
        client: z.string().max(MAX_CLIENT_NAME_LENGTH),
        capabilities: z.array(z.string().max(MAX_CAPABILITY_LENGTH)).max(MAX_CAPABILITIES),
      }),
    ),
  },
  WELCOME: {
    code: 0x21,
    about: 'Answers HELLO: what both can, and every limit and period',
    server: readable(
      'WELCOME',
      z.object({
        protocol: z.int(),
        server: z.string(),
        capabilities: z.array(z.string()),
        limits,
        server_info: z
          .object({
            name: z.string(),
            icon_url: z.string(),
            registration: z.enum(['open', 'invite', 'closed']),
          })
          .optional(),
      }),
    ),
  },
  GOAWAY: {
    code: 0x2a,
    about: 'The server ends this connection, soon (`draining`) or at once: come back after so long',
    needs: 'goaway',
    server: readable('GOAWAY', z.object({ reason: z.string(), reconnect_after_ms: milliseconds })),
  },
} as const
