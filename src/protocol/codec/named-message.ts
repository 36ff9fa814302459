import { z } from 'zod'
import { encodeFrame, LENGTH_BYTES, type ReceivedFrame, TYPE_BYTES } from '../framing/frame.ts'
import { messagesByCode, messageTable, type ServerMessage } from '../message-table.ts'

/** A message as JSON carries it where there are no frames: the name of its type beside the fields of its payload. */
export type NamedMessage = { readonly type: string } & Readonly<Record<string, unknown>>

const anObject = z.record(z.string(), z.unknown())

/** The code of a message's name, as `type` has it; undefined where there is no such message. */
export function codeOf(name: string): number | undefined {
  return isName(name) ? messageTable[name].code : undefined
}

/** As if it had come in a frame; undefined where it fits none, or is nested too deeply to be written. */
export function receivedFrame(code: number, payload: object): ReceivedFrame | undefined {
  try {
    const whole = encodeFrame(code, JSON.stringify(payload))
    return { type: code, payload: whole.subarray(LENGTH_BYTES + TYPE_BYTES), whole }
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** The messages of frames that are whole and joined. */
export function namedMessages(frames: Buffer): NamedMessage[] {
  const messages: NamedMessage[] = []
  for (let at = 0; at < frames.length;) {
    const end = at + LENGTH_BYTES + frames.readUInt32BE(at)
    const code = frames.readUInt8(at + LENGTH_BYTES)
    messages.push(named(code, frames.toString('utf8', at + LENGTH_BYTES + TYPE_BYTES, end)))
    at = end
  }
  return messages
}

/** `text`: the payload. */
export function named(code: number, text: string): NamedMessage {
  const type = messagesByCode.get(code)?.name
  if (type === undefined) throw new Error('the server sends what is in its table')
  return { type, ...anObject.parse(JSON.parse(text)) }
}

function isName(name: string): name is ServerMessage['type'] {
  return Object.hasOwn(messageTable, name)
}
