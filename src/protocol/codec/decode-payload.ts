import { z } from 'zod'
import { err, ok, type Result } from '../../domain/result.ts'
import type { ErrorReason } from '../error-reasons.ts'

/** A frame that was whole and whose content is wrong: the connection lives. */
export interface ContentFault {
  readonly reason: ErrorReason
  /** What is wrong and where, without anything that the peer sent but numbers. */
  readonly detail: string
  readonly requestId?: string | undefined
}

// A byte order mark is no JSON, so it is not to be swallowed.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** From payload bytes to a JSON object; `name` is the message's, for the sentence. */
export function decodePayload(name: string, payload: Uint8Array): Result<object, ContentFault> {
  let text: string
  try {
    text = utf8.decode(payload)
  } catch {
    return err({ reason: 'invalid_utf8', detail: `${name}: the payload is not valid UTF-8` })
  }
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return err({ reason: 'invalid_json', detail: `${name}: the payload is not valid JSON` })
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    return err({ reason: 'not_an_object', detail: `${name}: the payload is not a JSON object` })
  }
  return ok(json)
}

/** The `request_id` of a payload of which nothing else matters. */
export function findRequestId(payload: Uint8Array): string | undefined {
  const json = decodePayload('', payload)
  const found = json.ok ? readRequestId('', json.value) : json
  return found.ok ? found.value : undefined
}

const requestId = z.object({ request_id: z.string().max(64).optional() })

/** The id that any request may bear and that every direct answer echoes, after the v1 fields. */
export function readRequestId(name: string, json: object): Result<string | undefined, ContentFault> {
  if (!('request_id' in json)) return ok(undefined)
  const parsed = requestId.safeParse(json)
  if (parsed.success) return ok(parsed.data.request_id)
  return err({
    reason: 'invalid_field',
    detail: `${name}: "request_id" must be a string of at most 64 characters`,
  })
}
