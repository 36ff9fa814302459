import type { Frame } from '../framing/frame.ts'
import { MAX_RELAYED_BYTES, signalingMessages } from '../messages/signaling.ts'
import { isPlainText } from './plain-text.ts'

const OFFER = signalingMessages.SDP_OFFER.code
const ANSWER = signalingMessages.SDP_ANSWER.code
const CANDIDATE = signalingMessages.ICE_CANDIDATE.code

const SDP = Buffer.from('"sdp":"')
const CANDIDATE_TEXT = Buffer.from('"candidate":"')
const SDP_MID = Buffer.from('","sdp_mid":"')
const SDP_MLINE_INDEX = Buffer.from('","sdp_mline_index":')

const QUOTE = 0x22
const COMMA = 0x2c
const CLOSE = 0x7d
const ZERO = 0x30
const NINE = 0x39

/** What looks longer is none, and to be looked for no further. */
const MAX_ID_LENGTH = 128

/** Of an index more digits are left to whoever parses: it might be too large. */
const MAX_DIGITS = 9

/** How a signal of one party of a call begins, as the server writes it and an honest client does. */
export function signalHead(call: string, from: string, to: string): Buffer {
  // Not from the pool: it lives as long as the call.
  const text = JSON.stringify({ call_id: call, from_user_id: from, to_user_id: to })
  const head = Buffer.allocUnsafeSlow(Buffer.byteLength(text))
  head.write(`${text.slice(0, -1)},`)
  return head
}

/**
 * Whether a signal is byte for byte what the server would write to the other party after parsing and checking it, so
 * that it can be passed on as it is: v1's fields in their order and each once, the sender's own id, plain text. Whatever
 * differs is parsed and written anew.
 */
export function isVerbatimSignal(frame: Frame, head: Buffer): boolean {
  return standsAt(frame.payload, 0, head) && isVerbatimFrom(frame, head.length)
}

/** The same for a member of a room, up to whom the signal is for. */
export function roomSignalHead(room: string, from: string): Buffer {
  const text = JSON.stringify({ call_id: room, from_user_id: from, to_user_id: '' })
  const head = Buffer.allocUnsafeSlow(Buffer.byteLength(text) - 2)
  head.write(text.slice(0, -2))
  return head
}

/** For whom a signal in a room is, where it is written as the server would write it; `head` as above. */
export function verbatimAddressee(frame: Frame, head: Buffer): string | undefined {
  const { payload } = frame
  if (!standsAt(payload, 0, head)) return undefined
  const end = payload.indexOf(QUOTE, head.length)
  if (end < 0 || end - head.length > MAX_ID_LENGTH || payload[end + 1] !== COMMA) return undefined
  if (!isVerbatimFrom(frame, end + 2)) return undefined
  return Buffer.from(payload.buffer, payload.byteOffset + head.length, end - head.length).toString('latin1')
}

/** `at`: where that begins which the sender has to say. */
function isVerbatimFrom({ type, payload }: Frame, at: number): boolean {
  if (payload.length > MAX_RELAYED_BYTES) return false
  switch (type) {
    case OFFER:
    case ANSWER:
      return isDescription(payload, at)
    case CANDIDATE:
      return isCandidate(payload, at)
    default:
      return false
  }
}

function isDescription(payload: Uint8Array, at: number): boolean {
  const start = at + SDP.length
  const end = payload.length - 2
  return (
    standsAt(payload, at, SDP) &&
    payload[end] === QUOTE &&
    payload[end + 1] === CLOSE &&
    start <= end &&
    isPlainText(payload, start, end)
  )
}

function isCandidate(payload: Uint8Array, at: number): boolean {
  if (!standsAt(payload, at, CANDIDATE_TEXT)) return false
  const text = at + CANDIDATE_TEXT.length
  const textEnd = payload.indexOf(QUOTE, text)
  if (textEnd < 0 || !standsAt(payload, textEnd, SDP_MID)) return false
  const mid = textEnd + SDP_MID.length
  const midEnd = payload.indexOf(QUOTE, mid)
  if (midEnd < 0 || !standsAt(payload, midEnd, SDP_MLINE_INDEX)) return false
  return (
    isIndex(payload, midEnd + SDP_MLINE_INDEX.length) &&
    isPlainText(payload, text, textEnd) &&
    isPlainText(payload, mid, midEnd)
  )
}

/** Digits as JSON has them, and then the end of the object and of the payload. */
function isIndex(payload: Uint8Array, at: number): boolean {
  const digits = payload.length - 1 - at
  if (digits < 1 || digits > MAX_DIGITS || payload[at + digits] !== CLOSE) return false
  if (payload[at] === ZERO && digits > 1) return false
  for (let i = at; i < at + digits; i++) {
    const digit = payload[i] ?? 0
    if (digit < ZERO || digit > NINE) return false
  }
  return true
}

function standsAt(bytes: Uint8Array, at: number, expected: Buffer): boolean {
  if (at + expected.length > bytes.length) return false
  for (let i = 0; i < expected.length; i++) if (bytes[at + i] !== expected[i]) return false
  return true
}
