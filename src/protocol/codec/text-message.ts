import { err, ok, type Result } from '../../domain/result.ts'
import { LENGTH_BYTES, type ReceivedFrame, TYPE_BYTES } from '../framing/frame.ts'
import { messagesByCode } from '../message-table.ts'
import { type ContentFault, decodePayload, readRequestId } from './decode-payload.ts'

/*
 * A message as one JSON text (WS-3): {"type":"NAME",…fields}. What stands behind the name is the payload but for its
 * opening brace, so text and frame are made from each other by cutting; nothing in between is parsed or written anew.
 */

const OPENING = Buffer.from('{"type":"')
const QUOTE = 0x22
const COMMA = 0x2c
const OPENING_BRACE = 0x7b
const CLOSING_BRACE = 0x7d

const codes = new Map([...messagesByCode].map(([code, { name }]) => [name, code]))

/** More than stands before the fields of any message: a text of a frame's size is this much longer at most. */
export const LONGEST_OPENING = 64

/** Where the rest of the text begins in the frame: behind the brace that opens the payload. */
export const REST_OF_FRAME = LENGTH_BYTES + TYPE_BYTES + 1

interface Openings {
  readonly withFields: Buffer
  readonly alone: Buffer
}

const openings = new Map(
  [...messagesByCode].map(([code, { name }]): [number, Openings] => {
    const alone = `{"type":"${name}"`
    return [code, { withFields: Buffer.from(`${alone},`), alone: Buffer.from(alone) }]
  }),
)

/**
 * How the text of a whole frame begins; the rest of the text is the frame from `REST_OF_FRAME` on. The frame is one of
 * ours: of a known type, its payload a JSON object without white space.
 */
export function openingOfText(frame: Buffer): Buffer {
  const of = openings.get(frame.readUInt8(LENGTH_BYTES))
  if (of === undefined) throw new Error('a frame whose type has no name')
  return frame[REST_OF_FRAME] === CLOSING_BRACE ? of.alone : of.withFields
}

/**
 * The frame that a text stands for, whole; the text may be in any form that JSON allows. It is used up: where it can, the
 * frame takes its place.
 */
export function frameOfText(text: Buffer): Result<ReceivedFrame, ContentFault> {
  return cut(text) ?? parsed(text)
}

/** Of a text that begins as ours do; what follows the name is left to whoever reads the payload. */
function cut(text: Buffer): Result<ReceivedFrame, ContentFault> | undefined {
  const nameEnd = beginsWith(text, OPENING) ? text.indexOf(QUOTE, OPENING.length) : -1
  if (nameEnd < 0 || nameEnd > LONGEST_OPENING) return undefined
  const code = codes.get(text.toString('latin1', OPENING.length, nameEnd))
  const next = text[nameEnd + 1]
  if (code === undefined || (next !== COMMA && next !== CLOSING_BRACE)) return undefined
  const rest = next === COMMA ? nameEnd + 2 : nameEnd + 1
  // The opening of a text is longer than what stands before the rest in a frame.
  const whole = text.subarray(rest - REST_OF_FRAME)
  whole[REST_OF_FRAME - 1] = OPENING_BRACE
  return ok(framed(code, whole))
}

/** Of any other: all of it becomes the payload, as no payload has a field `type` and unknown fields are not looked at. */
function parsed(text: Buffer): Result<ReceivedFrame, ContentFault> {
  const json = decodePayload('The message', text)
  if (!json.ok) return json
  const type: unknown =
    Object.hasOwn(json.value, 'type') && 'type' in json.value ? json.value.type : undefined
  const code = typeof type === 'string' ? codes.get(type) : undefined
  if (code === undefined) {
    const requestId = readRequestId('', json.value)
    const fault = typeof type === 'string' ? UNKNOWN : NO_NAME
    return err({ ...fault, requestId: requestId.ok ? requestId.value : undefined })
  }
  const whole = Buffer.allocUnsafe(LENGTH_BYTES + TYPE_BYTES + text.length)
  text.copy(whole, LENGTH_BYTES + TYPE_BYTES)
  return ok(framed(code, whole))
}

const UNKNOWN = { reason: 'unknown_type', detail: 'Unknown message type: no message has that name' } as const
const NO_NAME = {
  reason: 'invalid_field',
  detail: '"type" must be the name of a message, such as "HEARTBEAT"',
} as const

function framed(type: number, whole: Buffer): ReceivedFrame {
  whole.writeUInt32BE(whole.length - LENGTH_BYTES, 0)
  whole[LENGTH_BYTES] = type
  return { type, payload: whole.subarray(LENGTH_BYTES + TYPE_BYTES), whole }
}

function beginsWith(text: Buffer, expected: Buffer): boolean {
  if (text.length < expected.length) return false
  for (let i = 0; i < expected.length; i++) if (text[i] !== expected[i]) return false
  return true
}
