import { z } from 'zod'
import { messagesByCode } from '../../src/protocol/message-table.ts'

type JsonSchema = z.core.JSONSchema.BaseSchema

/** From here on the types are for those who have said HELLO. */
const FIRST_NEGOTIATED = 0x20

/** The message table of PROTOCOL.md, by code. */
export function messageTableMarkdown(): string {
  const rows = [...messagesByCode.entries()]
    .toSorted(([a], [b]) => a - b)
    .map(([code, { name, about, client, server, needs, cost = 1 }]) => {
      const ofV1 = code < FIRST_NEGOTIATED
      const sent = client === undefined ? '' : fields(jsonSchema(client.schema), ofV1)
      const got = server === undefined ? '' : fields(jsonSchema(server.schema), ofV1)
      const what = needs === undefined ? about : `${about} (\`${needs}\`)`
      return `| 0x${code.toString(16).toUpperCase().padStart(2, '0')} | ${name} | ${sent} | ${got} | ${what} | ${client === undefined ? '' : cost} |`
    })
  return ['| code | name | C→S | S→C | what for | cost |', '|---|---|---|---|---|---|', ...rows].join('\n')
}

function fields(schema: JsonSchema, ofV1: boolean): string {
  const variants = schema.anyOf ?? [schema]
  return variants.map((one) => variant(one, ofV1)).join(' · or ')
}

function variant(schema: JsonSchema, ofV1: boolean): string {
  const names = Object.entries(schema.properties ?? {}).map(([name, field]) => {
    const constant =
      typeof field === 'object' && field.const !== undefined ? `:${JSON.stringify(field.const)}` : ''
    const optional = schema.required?.includes(name) === true ? '' : '?'
    const shown = `\`${name}${constant}\`${optional}`
    const later = !ofV1 || (typeof field === 'object' && field['addedToV1'] === true)
    return later ? shown : `**${shown}**`
  })
  return names.length === 0 ? '`{}`' : names.join(', ')
}

/** Further fields are allowed, `request_id` among them: a receiver passes over what it does not know. */
function openSchema(schema: z.core.$ZodType): object {
  const withRequestId = z.intersection(schema, z.looseObject({ request_id: z.string().max(64).optional() }))
  return jsonSchema(withRequestId)
}

/** A schema of our own making says itself, in its `meta`, what it is. */
function jsonSchema(schema: z.core.$ZodType): JsonSchema {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
}

/** Both directions of every message as one JSON Schema document. */
export function messageSchemas(): string {
  const $defs: Record<string, unknown> = {}
  for (const { name, client, server } of messagesByCode.values()) {
    if (client !== undefined) $defs[`${name}.client`] = openSchema(client.schema)
    if (server !== undefined) $defs[`${name}.server`] = openSchema(server.schema)
  }
  const document = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'RoomRTC protocol v1: payloads by message and direction (PROTOCOL.md)',
    $defs,
  }
  return `${JSON.stringify(document, null, 2)}\n`
}
