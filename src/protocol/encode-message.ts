import { encodeFrame } from './frame.ts'
import { type ClientMessage, messageTable, type ServerMessage } from './message-table.ts'

/**
 * A message as a frame: compact JSON, fields in the order in which the payload was built, `request_id` last.
 * `JSON.stringify` writes CR, LF, `/` and non-ASCII as the native client wants them (WIRE-11).
 */
export function encodeMessage(message: ClientMessage | ServerMessage, requestId?: string): Buffer {
  const payload = requestId === undefined ? message.payload : { ...message.payload, request_id: requestId }
  return encodeFrame(messageTable[message.type].code, JSON.stringify(payload))
}
