import { z } from 'zod'
import { added } from '../codec/added-field.ts'
import { readable } from '../codec/readable.ts'
import { seq } from '../codec/sequence-field.ts'
import { metadata } from '../codec/metadata-field.ts'

const callAndPeer = { call_id: z.string(), peer_user_id: z.string(), peer_username: z.string() }

/**
 * Of a message with `sdp` or `metadata` that may be kept for somebody who is away (RESUME-14): ten times what browsers
 * offer for audio and video.
 */
export const MAX_CALL_BYTES = 65_536

/** Why a call ended, and how long it was active, holds not counted. */
const end = { reason: added(z.string()), duration_ms: added(z.int().min(0).optional()), seq }

/** Who called, for a callee that has not answered. */
const missed = { from_user_id: added(z.string().optional()), from_username: added(z.string().optional()) }

const change = {
  on_hold: z.boolean().optional(),
  audio_muted: z.boolean().optional(),
  video_muted: z.boolean().optional(),
}

const MAX_MS = 60_000

const quality = z.object({
  call_id: z.string(),
  rtt_ms: z.number().min(0).max(MAX_MS).optional(),
  jitter_ms: z.number().min(0).max(MAX_MS).optional(),
  loss_percent: z.number().min(0).max(100).optional(),
  bitrate_kbps: z.number().min(0).max(10_000_000).optional(),
  score: z.int().min(1).max(5).optional(),
  relayed: z.boolean().optional(),
})

const changes = z.object({ call_id: z.string(), ...change })

const saysNothing = ({ on_hold, audio_muted, video_muted }: z.infer<typeof changes>) =>
  on_hold === undefined && audio_muted === undefined && video_muted === undefined

export const callMessages = {
  CALL_REQUEST: {
    code: 0x08,
    about: 'Calls a user',
    cost: 5,
    sequenced: true,
    maxBytes: MAX_CALL_BYTES,
    client: readable(
      'CALL_REQUEST',
      z.object({
        to_user_id: z.string(),
        sdp: added(z.string().optional()),
        metadata: added(metadata.optional()),
      }),
    ),
  },
  CALL_NOTIFICATION: {
    code: 0x09,
    about: 'Tells the callee that somebody calls',
    sequenced: true,
    server: readable(
      'CALL_NOTIFICATION',
      z.object({
        call_id: z.string(),
        from_user_id: z.string(),
        from_username: z.string(),
        sdp: added(z.string().optional()),
        metadata: added(metadata.optional()),
        transferred_by_user_id: added(z.string().optional()),
        transferred_by_username: added(z.string().optional()),
        seq,
      }),
    ),
  },
  CALL_RESPONSE: {
    code: 0x0a,
    about: 'The callee accepts or declines',
    sequenced: true,
    maxBytes: MAX_CALL_BYTES,
    client: readable(
      'CALL_RESPONSE',
      z.object({ call_id: z.string(), accepted: z.boolean(), sdp: added(z.string().optional()) }),
    ),
  },
  CALL_ACCEPTED: {
    code: 0x0b,
    about: 'Tells the caller that the call is active',
    sequenced: true,
    server: readable(
      'CALL_ACCEPTED',
      z.object({
        ...callAndPeer,
        role: added(z.enum(['caller', 'callee']).optional()),
        sdp: added(z.string().optional()),
        replaces: added(z.string().optional()),
        seq,
      }),
    ),
  },
  CALL_DECLINED: {
    code: 0x0c,
    about: 'Tells the caller that there will be no call, and why',
    sequenced: true,
    server: readable('CALL_DECLINED', z.object({ ...callAndPeer, ...end })),
  },
  HANGUP: {
    code: 0x10,
    about: 'Ends a ringing or active call; from the server: the call has ended, and why',
    sequenced: true,
    client: readable('HANGUP', z.object({ call_id: z.string() })),
    server: readable('HANGUP', z.object({ call_id: z.string(), ...missed, ...end })),
  },
  RINGING: {
    code: 0x26,
    about: 'Tells the caller that the server rings the callee, and the id by which HANGUP cancels',
    needs: 'call_control',
    sequenced: true,
    server: readable(
      'RINGING',
      z.object({ ...callAndPeer, expires_in_ms: z.int().min(0), alerting: z.literal(true).optional(), seq }),
    ),
  },
  CALL_ALERTING: {
    code: 0x48,
    about: "The callee's client shows or sounds the call: the caller gets RINGING with `alerting`",
    sequenced: true,
    needs: 'call_control',
    client: readable('CALL_ALERTING', z.object({ call_id: z.string() })),
  },
  CALL_UPDATE: {
    code: 0x27,
    about: 'A party of an active call holds or goes on, mutes or unmutes',
    sequenced: true,
    needs: 'call_control',
    client: readable(
      'CALL_UPDATE',
      changes.refine((update) => !saysNothing(update), {
        path: ['on_hold'],
        error: 'expected at least one of on_hold, audio_muted and video_muted',
      }),
    ),
    server: readable(
      'CALL_UPDATE',
      z.object({ call_id: z.string(), from_user_id: z.string(), ...change, seq }),
    ),
  },
  CALL_TRANSFER: {
    code: 0x49,
    about:
      'A party of an active call wants the other one to talk to a third user; from the server: how that stands',
    cost: 5,
    sequenced: true,
    needs: 'call_control',
    client: readable('CALL_TRANSFER', z.object({ call_id: z.string(), to_user_id: z.string() })),
    server: readable(
      'CALL_TRANSFER',
      z.object({
        call_id: z.string(),
        from_user_id: z.string(),
        to_user_id: z.string(),
        to_username: z.string(),
        new_call_id: z.string(),
        state: z.enum(['ringing', 'failed']),
        expires_in_ms: z.int().min(0).optional(),
        reason: z.string().optional(),
        seq,
      }),
    ),
  },
  CALL_QUALITY: {
    code: 0x4c,
    about: 'A party tells how good the call is, or was: the last word counts, for the operator’s records',
    needs: 'call_control',
    client: readable(
      'CALL_QUALITY',
      quality.refine(({ call_id: _, ...figures }) => Object.values(figures).some((it) => it !== undefined), {
        path: ['score'],
        error: 'expected at least one of rtt_ms, jitter_ms, loss_percent, bitrate_kbps, score and relayed',
      }),
    ),
  },
} as const
