import { z } from 'zod'
import { MAX_FRAME_LENGTH } from '../framing/frame.ts'
import { added } from '../codec/added-field.ts'
import { readable } from '../codec/readable.ts'
import { seq } from '../codec/sequence-field.ts'

/** Leaves room for what the server adds: `from_user_id`, of at most 128 characters, and `seq`. */
export const MAX_RELAYED_BYTES = MAX_FRAME_LENGTH - 256

/** `from_user_id` may be sent, as v1 clients do, and is never believed: the server sets it. */
const addressed = { call_id: z.string(), from_user_id: z.string().optional(), to_user_id: z.string() }
const relayed = { call_id: z.string(), from_user_id: z.string(), to_user_id: z.string() }
export const description = { sdp: z.string() }
export const candidate = {
  candidate: z.string(),
  sdp_mid: z.string(),
  sdp_mline_index: z.int().min(0).max(0xffff_ffff),
}

/** Of which connection to a media server the signal is (SFU-4); none of a call has it. */
const connection = added(z.string().min(1).max(64).optional())

/** What each mid of a subscribing connection carries. */
const streams = added(
  z
    .array(
      z.object({
        mid: z.string(),
        user_id: z.string(),
        kind: z.enum(['audio', 'video']),
        source: z.string(),
      }),
    )
    .optional(),
)

export type WireStream = NonNullable<z.infer<typeof streams>>[number]

export const signalingMessages = {
  SDP_OFFER: {
    code: 0x0d,
    about: 'A session description offered to the other party',
    sequenced: true,
    maxBytes: MAX_RELAYED_BYTES,
    client: readable('SDP_OFFER', z.object({ ...addressed, ...description, connection })),
    server: readable('SDP_OFFER', z.object({ ...relayed, ...description, connection, streams, seq })),
  },
  SDP_ANSWER: {
    code: 0x0e,
    about: 'The answer to an offer',
    sequenced: true,
    maxBytes: MAX_RELAYED_BYTES,
    client: readable('SDP_ANSWER', z.object({ ...addressed, ...description, connection })),
    server: readable('SDP_ANSWER', z.object({ ...relayed, ...description, connection, seq })),
  },
  ICE_CANDIDATE: {
    code: 0x0f,
    about: 'An ICE candidate for the other party',
    sequenced: true,
    maxBytes: MAX_RELAYED_BYTES,
    client: readable('ICE_CANDIDATE', z.object({ ...addressed, ...candidate, connection })),
    server: readable('ICE_CANDIDATE', z.object({ ...relayed, ...candidate, connection, seq })),
  },
} as const
