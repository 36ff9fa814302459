import { err, ok, type Result } from '../../domain/result.ts'
import { type ContentFault, decodePayload, findRequestId, readRequestId } from './decode-payload.ts'
import { type Frame, MAX_FRAME_LENGTH } from '../framing/frame.ts'
import { type ClientMessage, messagesByCode } from '../message-table.ts'

/** What a client asks. */
export interface Request {
  readonly message: ClientMessage
  readonly requestId?: string | undefined
}

/** Reads what a client sent. */
export function decodeRequest(frame: Frame): Result<Request, ContentFault> {
  const definition = messagesByCode.get(frame.type)
  if (definition?.client === undefined) return err(notForUs(frame, definition?.name))
  const { name, client, mayBeEmpty = false, maxBytes = MAX_FRAME_LENGTH } = definition
  const json = mayBeEmpty && frame.payload.length === 0 ? ok({}) : decodePayload(name, frame.payload)
  if (!json.ok) return json
  const requestId = readRequestId(name, json.value)
  if (!requestId.ok) return requestId
  if (frame.payload.length > maxBytes) {
    const detail = `${name}: at most ${maxBytes} bytes of payload are relayed`
    return err({ reason: 'message_too_large', detail, requestId: requestId.value })
  }
  const message = client.read(json.value)
  if (!message.ok) {
    return err({ reason: 'invalid_field', detail: `${name}: ${message.error}`, requestId: requestId.value })
  }
  return ok({ message: message.value, requestId: requestId.value })
}

/** A type that does not exist, or that only the server sends. Its `request_id` may tell the client what it asked. */
function notForUs({ type, payload }: Frame, name: string | undefined): ContentFault {
  const requestId = findRequestId(payload)
  return name === undefined
    ? { reason: 'unknown_type', detail: `Unknown message type ${hex(type)}`, requestId }
    : { reason: 'server_only_type', detail: `Only the server sends ${name} (${hex(type)})`, requestId }
}

function hex(code: number): string {
  return `0x${code.toString(16).toUpperCase().padStart(2, '0')}`
}
