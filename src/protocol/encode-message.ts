import { encodeFrame } from './frame.ts'
import { type ClientMessage, messageTable, type ServerMessage } from './message-table.ts'

interface Tail {
  readonly seq?: number | undefined
  readonly requestId?: string | undefined
}

/**
 * A message as a frame: compact JSON, fields in the order in which the payload was built, then `seq`, `request_id` last.
 * `JSON.stringify` writes CR, LF, `/` and non-ASCII as the native client wants them (WIRE-11).
 */
export function encodeMessage({ type, payload }: ClientMessage | ServerMessage, tail: Tail = {}): Buffer {
  return encodeFrame(messageTable[type].code, appended(JSON.stringify(payload), tail))
}

// To the text rather than to the object: copying an object costs more than writing it.
function appended(text: string, { seq, requestId }: Tail): string {
  if (seq === undefined && requestId === undefined) return text
  const fields = [
    ...(text === '{}' ? [] : [text.slice(1, -1)]),
    ...(seq === undefined ? [] : [`"seq":${seq}`]),
    ...(requestId === undefined ? [] : [`"request_id":${JSON.stringify(requestId)}`]),
  ]
  return `{${fields.join(',')}}`
}
