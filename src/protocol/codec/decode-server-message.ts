import { err, ok, type Result } from '../../domain/result.ts'
import { decodePayload, readRequestId } from './decode-payload.ts'
import type { Frame } from '../framing/frame.ts'
import { messagesByCode, type ServerMessage } from '../message-table.ts'

/** Reads what the server sent; undefined for a type that is newer than this table and may be ignored. */
export function decodeServerMessage(
  frame: Frame,
): Result<{ message: ServerMessage; requestId: string | undefined } | undefined, string> {
  const definition = messagesByCode.get(frame.type)
  if (definition?.server === undefined) return ok(undefined)
  const json = decodePayload(definition.name, frame.payload)
  if (!json.ok) return err(json.error.detail)
  const message = definition.server.read(json.value)
  if (!message.ok) return err(`${definition.name}: ${message.error}`)
  const requestId = readRequestId(definition.name, json.value)
  return requestId.ok
    ? ok({ message: message.value, requestId: requestId.value })
    : err(requestId.error.detail)
}
