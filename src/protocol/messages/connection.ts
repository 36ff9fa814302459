import { z } from 'zod'
import { added } from '../codec/added-field.ts'
import { readable } from '../codec/readable.ts'
import { seq } from '../codec/sequence-field.ts'

/** Beyond 2^53 a number would not come back as it was sent. */
const timestamp = z.number().min(Number.MIN_SAFE_INTEGER).max(Number.MAX_SAFE_INTEGER)

export const connectionMessages = {
  HEARTBEAT: {
    code: 0x11,
    about: 'Sign of life; a client’s is answered with the same `timestamp`',
    client: readable('HEARTBEAT', z.object({ timestamp, ack: added(z.int().min(0).optional()) })),
    server: readable('HEARTBEAT', z.object({ timestamp })),
  },
  ERROR: {
    code: 0x12,
    about: 'A request was refused, or the server has something to say',
    server: readable(
      'ERROR',
      z.object({
        code: z.int(),
        message: z.string(),
        reason: added(z.string()),
        in_reply_to: added(z.int().optional()),
        supported_protocols: added(z.array(z.int()).optional()),
        retry_after_ms: added(z.int().min(0).optional()),
        current_score: added(z.number().min(0).optional()),
        max_score: added(z.int().min(0).optional()),
        connection: added(z.string().optional()),
        seq,
      }),
    ),
  },
} as const
