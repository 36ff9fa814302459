import { isObject } from './shape.ts'
import type { Message } from './message.ts'

/** As one text of `roomrtc.json`: the name in `type`, the fields beside it. A text that begins so is read fastest. */
export function toText({ type, payload }: Message): string {
  const fields = JSON.stringify(payload)
  return fields === '{}' ? `{"type":"${type}"}` : `{"type":"${type}",${fields.slice(1)}`
}

/** Throws where the text is no message. */
export function fromText(text: string): Message {
  const payload: unknown = JSON.parse(text)
  if (!isObject(payload) || !('type' in payload)) throw new SyntaxError('not a message')
  const { type } = payload
  if (typeof type !== 'string') throw new SyntaxError('not a message')
  Reflect.deleteProperty(payload, 'type')
  return { type, payload }
}
