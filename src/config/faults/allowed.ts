import { childSchemas, itemSchema, type KeySchema } from './known-keys.ts'

/** What a key takes, in words, for fault messages and CONFIG.md alike: "integer from 0 to 65535". */
export function allowed(schema: KeySchema): string {
  if (typeof schema.allowed === 'string') return schema.allowed
  if (schema.enum !== undefined) {
    return `one of ${schema.enum.map((value) => JSON.stringify(value)).join(', ')}`
  }
  if (schema.type === 'boolean') return 'true or false'
  if (schema.type === 'integer') {
    return `integer from ${String(schema.minimum)} to ${String(schema.maximum)}`
  }
  if (schema.type === 'string') return schema.minLength === undefined ? 'string' : 'non-empty string'
  const item = itemSchema(schema)
  if (item !== undefined) return `array, each item: ${allowed(item)}`
  return `object with ${[...childSchemas(schema).keys()].join(', ')}`
}
