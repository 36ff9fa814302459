import type { IncomingMessage } from 'node:http'
import { err, ok, type Result } from '../../domain/result.ts'
import type { Denial } from './route.ts'

/** A batch of accounts to import is the largest request. */
const MAX_BODY_BYTES = 1_048_576

/** Of GET the query, of everything else the JSON object of the body; nothing is an empty one. */
export async function readInput(
  request: IncomingMessage,
  query: URLSearchParams,
): Promise<Result<unknown, Denial>> {
  if (request.method === 'GET') return ok(Object.fromEntries(query))
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) throw new Error('a request without encoding is bytes')
    length += chunk.length
    if (length > MAX_BODY_BYTES) return err(tooLarge)
    chunks.push(chunk)
  }
  if (length === 0) return ok({})
  try {
    return ok(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks))))
  } catch {
    return err({ status: 400, reason: 'invalid_json', message: 'the body is not JSON in UTF-8' })
  }
}

const tooLarge: Denial = {
  status: 413,
  reason: 'too_large',
  message: `a request has at most ${MAX_BODY_BYTES} bytes`,
}
