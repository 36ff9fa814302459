import { isUtf8 } from 'node:buffer'
import { decodeRequest } from '../../src/protocol/codec/decode-request.ts'
import type { Frame } from '../../src/protocol/framing/frame.ts'
import { messageTable } from '../../src/protocol/message-table.ts'

/**
 * Reads a frame as the server does, and says whether it is a well-formed request. Throws where it is refused for a reason
 * that is not true, or where what was read is not the same once it is written and read again.
 */
export function checkRequest(frame: Frame): boolean {
  const request = decodeRequest(frame)
  if (!request.ok) {
    const { reason } = request.error
    if (reason === 'invalid_utf8' && isUtf8(frame.payload)) throw new Error('the payload is valid UTF-8')
    if (reason === 'invalid_json' && isJson(frame.payload)) throw new Error('the payload is valid JSON')
    return false
  }
  if (!isUtf8(frame.payload)) throw new Error('the payload is not valid UTF-8')
  const { message } = request.value
  const text = JSON.stringify(message.payload)
  const again = decodeRequest({ type: messageTable[message.type].code, payload: Buffer.from(text) })
  if (!again.ok) throw new Error(`what was read is refused when it comes again: ${again.error.detail}`)
  if (JSON.stringify(again.value.message.payload) !== text)
    throw new Error('what was read is not the same again')
  return true
}

function isJson(payload: Uint8Array): boolean {
  try {
    JSON.parse(Buffer.from(payload).toString())
    return true
  } catch {
    return false
  }
}
