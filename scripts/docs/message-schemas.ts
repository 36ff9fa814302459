import { z } from 'zod'
import { messagesByCode } from '../../src/protocol/message-table.ts'

type JsonSchema = z.core.JSONSchema.BaseSchema
type Target = 'draft-2020-12' | 'draft-7'

/** A message in one direction, as the machine-readable documents describe it. */
export interface DescribedMessage {
  /** `CALL_REQUEST.client`: the name and who sends it. */
  readonly key: string
  readonly name: string
  readonly from: 'client' | 'server'
  readonly about: string
  /** What generators of code need besides the payload; absent where there is nothing to say. */
  readonly facts: Readonly<Record<`x-${string}`, unknown>>
  readonly schema: z.core.$ZodType
}

/** Every message in every direction in which it goes, by code. */
export function describedMessages(): readonly DescribedMessage[] {
  return [...messagesByCode.entries()]
    .toSorted(([a], [b]) => a - b)
    .flatMap(([code, { name, about, client, server, needs, cost = 1, mayBeEmpty, maxBytes, sequenced }]) => {
      const both = {
        'x-frame-type': code,
        ...(needs === undefined ? {} : { 'x-capability': needs }),
        ...(sequenced === undefined ? {} : { 'x-belongs-to-call': true }),
      }
      const ofClient = {
        ...both,
        'x-direction': 'client-to-server',
        'x-cost': cost,
        ...(mayBeEmpty === undefined ? {} : { 'x-payload-may-be-empty': true }),
        ...(maxBytes === undefined ? {} : { 'x-max-payload-bytes': maxBytes }),
      }
      const ofServer = { ...both, 'x-direction': 'server-to-client' }
      return [
        ...(client === undefined ? [] : [described(name, 'client', about, ofClient, client.schema)]),
        ...(server === undefined ? [] : [described(name, 'server', about, ofServer, server.schema)]),
      ]
    })
}

function described(
  name: string,
  from: DescribedMessage['from'],
  about: string,
  facts: DescribedMessage['facts'],
  schema: z.core.$ZodType,
): DescribedMessage {
  return { key: `${name}.${from}`, name, from, about, facts, schema }
}

/** Further fields are allowed, `request_id` among them: a receiver passes over what it does not know. */
export function openSchema(schema: z.core.$ZodType, target: Target): object {
  const withRequestId = z.intersection(schema, z.looseObject({ request_id: z.string().max(64).optional() }))
  // Only a whole document names its dialect.
  return Object.fromEntries(
    Object.entries(jsonSchema(withRequestId, target)).filter(([key]) => key !== '$schema'),
  )
}

/** A schema of our own making says itself, in its `meta`, what it is. */
export function jsonSchema(schema: z.core.$ZodType, target: Target = 'draft-2020-12'): JsonSchema {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', target })
}

/** Both directions of every message as one JSON Schema document. */
export function messageSchemas(): string {
  const $defs = Object.fromEntries(
    describedMessages().map(({ key, name, about, facts, schema }) => [
      key,
      { title: name, description: about, ...facts, ...openSchema(schema, 'draft-2020-12') },
    ]),
  )
  const document = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'RoomRTC protocol v1: payloads by message and direction (PROTOCOL.md)',
    $defs,
  }
  return `${JSON.stringify(document, null, 2)}\n`
}
