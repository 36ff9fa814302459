import type { z } from 'zod'
import { messagesByCode } from '../../src/protocol/message-table.ts'
import { jsonSchema } from './message-schemas.ts'

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
