/** TypeScript of a message's JSON Schema: its type, and the shape by which a client recognises it. */
import type { z } from 'zod'

type Schema = z.core.JSONSchema.BaseSchema

export function typeOf(schema: Schema): string {
  if (schema.anyOf !== undefined) return schema.anyOf.map(typeOf).join(' | ')
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum !== undefined) return schema.enum.map((word) => JSON.stringify(word)).join(' | ')
  switch (String(schema.type)) {
    case 'array':
      return `readonly (${typeOf(itemsOf(schema))})[]`
    case 'object':
      if (isAnyObject(schema)) return 'Readonly<Record<string, unknown>>'
      if (fieldsOf(schema).length === 0) return 'Readonly<Record<string, never>>'
      return `{ ${fieldsOf(schema)
        .map(({ name, optional, field }) => `readonly ${name}${optional ? '?' : ''}: ${typeOf(field)}`)
        .join('\n')} }`
    default:
      return word(schema)
  }
}

/** As `Shape` of the package has it. */
export function shapeOf(schema: Schema): string {
  if (schema.anyOf !== undefined) return `['one', [${schema.anyOf.map(shapeOf).join(', ')}]]`
  if (schema.const !== undefined) return `['is', [${JSON.stringify(schema.const)}]]`
  if (schema.enum !== undefined) return `['is', ${JSON.stringify(schema.enum)}]`
  switch (String(schema.type)) {
    case 'array':
      return `['list', ${shapeOf(itemsOf(schema))}]`
    case 'object':
      if (isAnyObject(schema)) return `'object'`
      return `{ ${fieldsOf(schema)
        .map(({ name, optional, field }) => `${optional ? `'${name}?'` : name}: ${shapeOf(field)}`)
        .join(', ')} }`
    default:
      return `'${word(schema)}'`
  }
}

/** What a later server may have otherwise than this one: further reasons, fewer limits. */
const open: Readonly<Record<string, Schema>> = {
  reason: { type: 'string' },
  limits: { type: 'object', additionalProperties: {} },
}

/** What version 1 does not have may be absent. */
function fieldsOf(schema: Schema) {
  return Object.entries(schema.properties ?? {}).map(([name, field]) => {
    if (typeof field === 'boolean') throw new Error(`the field ${name} has no schema`)
    const optional = schema.required?.includes(name) !== true || field['addedToV1'] === true
    return { name, optional, field: open[name] ?? field }
  })
}

function itemsOf({ items }: Schema): Schema {
  if (typeof items !== 'object' || Array.isArray(items))
    throw new Error('an array whose items have no schema')
  return items
}

function isAnyObject({ additionalProperties }: Schema): boolean {
  return typeof additionalProperties === 'object' && Object.keys(additionalProperties).length === 0
}

function word({ type }: Schema): string {
  return type === 'integer' ? 'number' : String(type)
}
