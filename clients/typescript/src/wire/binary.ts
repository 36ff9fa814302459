import { codes } from './codes.ts'
import type { Message } from './message.ts'
import { isObject } from './shape.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true })
const names = new Map<number, string>(Object.entries(codes).map(([name, code]) => [code, name]))
export const numbers = new Map<string, number>(Object.entries(codes))

/** The codes of a module's own messages. */
export function learnCodes(more: Readonly<Record<string, number>>): void {
  for (const [name, code] of Object.entries(more)) {
    names.set(code, name)
    numbers.set(name, code)
  }
}

/** The type byte and the payload, behind `room` bytes that are left free for a length. */
export function toBytes({ type, payload }: Message, room = 0): Uint8Array<ArrayBuffer> {
  const json = encoder.encode(JSON.stringify(payload))
  const bytes = new Uint8Array(room + 1 + json.length)
  bytes[room] = numbers.get(type) ?? 0
  bytes.set(json, room + 1)
  return bytes
}

/** Undefined where the type is one that only later servers have. Throws where the payload is no JSON object. */
export function fromBytes(bytes: Uint8Array): Message | undefined {
  const type = names.get(bytes[0] ?? 0)
  if (type === undefined) return undefined
  const payload: unknown = JSON.parse(decoder.decode(bytes.subarray(1)))
  if (!isObject(payload)) throw new SyntaxError('not a message')
  return { type, payload }
}
