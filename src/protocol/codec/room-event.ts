import { z } from 'zod'
import { err, ok, type Result } from '../../domain/result.ts'
import { candidate, description } from '../messages/signaling.ts'
import { type ContentFault, decodePayload } from './decode-payload.ts'
import { readable } from './readable.ts'

/** What a client says that knows rooms and nothing else. */
export type RoomEvent =
  | { readonly type: 'ping' }
  | {
      readonly type: 'SDP_OFFER' | 'SDP_ANSWER' | 'ICE_CANDIDATE'
      /** A member; without it all others are meant. */
      readonly to: string | undefined
      readonly payload: object
    }

const to = z.string().max(128).optional()
const toldDescription = z.object({ to, ...description })
const toldCandidate = z.object({ to, ...candidate })

const signals = {
  offer: { type: 'SDP_OFFER', ...readable('offer', toldDescription) },
  answer: { type: 'SDP_ANSWER', ...readable('answer', toldDescription) },
  ice_candidate: { type: 'ICE_CANDIDATE', ...readable('ice_candidate', toldCandidate) },
} as const

const named = z.object({ type: z.string() })

/** Reads the text of an event. */
export function readRoomEvent(text: Buffer): Result<RoomEvent, ContentFault> {
  const json = decodePayload('The event', text)
  if (!json.ok) return json
  const name = named.safeParse(json.value)
  if (!name.success) return err({ reason: 'invalid_field', detail: '"type" is to be a string' })
  const { type } = name.data
  if (type === 'ping') return ok({ type })
  if (!isSignal(type))
    return err({ reason: 'unknown_type', detail: '"type" is offer, answer, ice_candidate or ping' })
  const signal = signals[type]
  const read = signal.read(json.value)
  if (!read.ok) return err({ reason: 'invalid_field', detail: `${type}: ${read.error}` })
  const { to: member, ...payload } = read.value.payload
  return ok({ type: signal.type, to: member, payload })
}

function isSignal(type: string): type is keyof typeof signals {
  return Object.hasOwn(signals, type)
}
