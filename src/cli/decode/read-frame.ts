import { z } from 'zod'
import { decodePayload, readRequestId } from '../../protocol/codec/decode-payload.ts'
import { type Frame, LENGTH_BYTES, MAX_FRAME_LENGTH, TYPE_BYTES } from '../../protocol/framing/frame.ts'
import { type MessageDefinition, messagesByCode } from '../../protocol/message-table.ts'
import type { Fault } from './fault.ts'
import { badJsonAt, badUtf8At, fieldAt } from './payload-faults.ts'

export type Sender = 'client' | 'server'

/** A frame in words. */
export interface ReadFrame {
  /** The name of the message; undefined for a type that is not in the table. */
  readonly name: string | undefined
  /** By whom it is sent: as is known, or as it fits. */
  readonly sender: Sender | undefined
  /** The payload as JSON, where it is an object. */
  readonly payload: object | undefined
  /** The payload as text, where it is no JSON object: secrets cannot be found in it. */
  readonly text?: string
  readonly faults: readonly Fault[]
}

/** `sender`: where it is known who sent it; else it may be either. `offset`: of the frame. */
export function readFrame(frame: Frame, offset: number, sender: Sender | undefined): ReadFrame {
  const definition = messagesByCode.get(frame.type)
  const name = definition?.name
  const at = offset + LENGTH_BYTES + TYPE_BYTES
  const typeFaults: Fault[] = []
  if (definition === undefined) {
    const message = `type ${hex(frame.type)} is none that PROTOCOL.md knows: ${hex(1)} to ${hex(highest)} are expected`
    typeFaults.push({ offset: offset + LENGTH_BYTES, reason: 'unknown_type', message })
  }
  const empty = definition?.mayBeEmpty === true && frame.payload.length === 0
  const json = empty ? ({ ok: true, value: {} } as const) : decodePayload(name ?? 'message', frame.payload)
  if (!json.ok) {
    const faults = [...typeFaults, payloadFault(frame.payload, at, json.error.reason)]
    const text = Buffer.from(frame.payload).toString()
    return { name, sender: sender ?? onlySender(definition), payload: undefined, text, faults }
  }
  if (definition === undefined) return { name, sender, payload: json.value, faults: typeFaults }
  const text = Buffer.from(frame.payload).toString()
  const tried = (sender === undefined ? bySide : [sender]).map((who) => ({
    who,
    faults: schemaFaults(definition, who, json.value, text, offset),
  }))
  const fitting = tried.find(({ faults }) => faults.length === 0)
  const likely = fitting ?? tried.find(({ who }) => definition[who] !== undefined) ?? tried[0]
  return { name, sender: likely?.who, payload: json.value, faults: likely?.faults ?? [] }
}

const bySide: readonly Sender[] = ['client', 'server']
const highest = Math.max(...messagesByCode.keys())

function schemaFaults(
  definition: { readonly name: string } & MessageDefinition,
  sender: Sender,
  json: object,
  text: string,
  offset: number,
): readonly Fault[] {
  const { name, maxBytes = MAX_FRAME_LENGTH } = definition
  const side = definition[sender]
  const at = offset + LENGTH_BYTES + TYPE_BYTES
  if (side === undefined) {
    const message = `${name} is sent by the ${sender === 'client' ? 'server' : 'client'} only`
    return [{ offset: offset + LENGTH_BYTES, reason: 'wrong_direction', message }]
  }
  const faults: Fault[] = []
  if (sender === 'client' && Buffer.byteLength(text) > maxBytes) {
    const message = `${name}: at most ${maxBytes} bytes of payload are expected`
    faults.push({ offset: at + maxBytes, reason: 'message_too_large', message })
  }
  const requestId = readRequestId(name, json)
  if (!requestId.ok) faults.push({ offset: at, reason: 'invalid_field', message: requestId.error.detail })
  const read = side.read(json)
  if (!read.ok) {
    const issue = z.safeParse<z.core.$ZodType>(side.schema, json).error?.issues[0]
    const message = `${name} from the ${sender}: ${read.error}`
    faults.push({ offset: at + fieldAt(text, issue), reason: 'invalid_field', message })
  }
  return faults
}

function payloadFault(payload: Uint8Array, at: number, reason: string): Fault {
  if (reason === 'invalid_utf8') {
    return { offset: at + badUtf8At(payload), reason, message: 'the payload is no UTF-8 from here on' }
  }
  if (reason === 'invalid_json') {
    const bad = badJsonAt(Buffer.from(payload).toString())
    return { offset: at + bad.at, reason, message: `the payload is no JSON: ${bad.message}` }
  }
  return { offset: at, reason, message: 'the payload is no JSON object: { is expected' }
}

function onlySender(definition: MessageDefinition | undefined): Sender | undefined {
  if (definition === undefined) return undefined
  if (definition.client === undefined) return 'server'
  return definition.server === undefined ? 'client' : undefined
}

function hex(code: number): string {
  return `0x${code.toString(16).toUpperCase().padStart(2, '0')}`
}
