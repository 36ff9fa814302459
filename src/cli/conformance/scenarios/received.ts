import { messagesByCode } from '../../../protocol/message-table.ts'
import type { Frame } from '../../../protocol/framing/frame.ts'

/** A message as it came: what a scenario is held against. */
export interface Received {
  readonly type: number
  /** The payload as it was written. */
  readonly text: string
  readonly payload: Readonly<Record<string, unknown>>
}

const SHOWN = 300

/** Throws where the payload is no JSON object. An empty one is `{}`. */
export function receivedOf({ type, payload }: Frame): Received {
  const text = Buffer.from(payload).toString('utf8')
  let json: unknown
  try {
    json = text === '' ? {} : JSON.parse(text)
  } catch {
    throw new Error(`${nameOf(type)} with a payload that is no JSON: ${text.slice(0, SHOWN)}`)
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw new Error(`${nameOf(type)} with a payload that is no JSON object: ${text.slice(0, SHOWN)}`)
  return { type, text, payload: { ...json } }
}

/** Of a type that is not known, `type 7E`. */
export function nameOf(type: number): string {
  return messagesByCode.get(type)?.name ?? `type ${type.toString(16).toUpperCase().padStart(2, '0')}`
}

export function describe({ type, text }: Received): string {
  const shown = Array.from(text)
  return `${nameOf(type)} ${shown.length > SHOWN ? `${shown.slice(0, SHOWN).join('')}…` : text}`
}
