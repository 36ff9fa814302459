import { encodeFrame } from '../framing/frame.ts'
import { type ClientMessage, messageTable, type ServerMessage } from '../message-table.ts'

interface Tail {
  readonly seq?: number | undefined
  readonly requestId?: string | undefined
}

/** A message that is ready to be framed, now or later. */
export interface EncodedMessage {
  /** The type's code. */
  readonly code: number
  /** The payload. */
  readonly text: string
}

/**
 * A message as a frame: compact JSON, fields in the order in which the payload was built, then `seq`, `request_id` last.
 * `JSON.stringify` writes CR, LF, `/` and non-ASCII as the native client wants them (WIRE-11).
 */
export function encodeMessage({ type, payload }: ClientMessage | ServerMessage, tail: Tail = {}): Buffer {
  return encodeFrame(messageTable[type].code, appended(JSON.stringify(payload), tail))
}

/** The same, not yet framed. */
export function encodeLater({ type, payload }: ServerMessage, tail: Tail): EncodedMessage {
  return { code: messageTable[type].code, text: appended(JSON.stringify(payload), tail) }
}

/** The text of a payload with what is added as it goes out. */
export function numbered(
  { text, requestId }: { readonly text: string; readonly requestId?: string | undefined },
  seq: number,
): string {
  return appended(text, { seq, requestId })
}

// To the text rather than to the object: copying an object costs more than writing it.
function appended(text: string, { seq, requestId }: Tail): string {
  const numbered = seq === undefined ? text : withField(text, `"seq":${seq}`)
  return requestId === undefined ? numbered : withRequestId(numbered, requestId)
}

/** To a payload that is encoded already. */
export function withRequestId(text: string, requestId: string): string {
  return withField(text, `"request_id":${JSON.stringify(requestId)}`)
}

function withField(text: string, field: string): string {
  return text === '{}' ? `{${field}}` : `${text.slice(0, -1)},${field}}`
}
