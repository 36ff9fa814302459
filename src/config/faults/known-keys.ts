import { z } from 'zod'
import { configSchema } from '../schema.ts'

/** A key's rule as JSON Schema: plain data, with the `allowed` and `secret` of its zod metadata. */
export type KeySchema = z.core.JSONSchema.BaseSchema

const root: KeySchema = z.toJSONSchema(configSchema, { io: 'input' })

/** The rule at a path such as `['webrtc', 'turn_servers', 0, 'url']`. */
export function keySchema(path: readonly PropertyKey[]): KeySchema | undefined {
  let schema: KeySchema | undefined = root
  for (const step of path) {
    schema = typeof step === 'number' ? itemSchema(schema) : childSchemas(schema).get(String(step))
    if (schema === undefined) return undefined
  }
  return schema
}

export function itemSchema(schema: KeySchema): KeySchema | undefined {
  const items = Array.isArray(schema.items) ? undefined : schema.items
  return typeof items === 'object' ? items : undefined
}

export function childSchemas(schema: KeySchema | undefined): Map<string, KeySchema> {
  const children = new Map<string, KeySchema>()
  for (const [key, child] of Object.entries(schema?.properties ?? {})) {
    if (typeof child === 'object') children.set(key, child)
  }
  return children
}

/** The paths of all sections, of their keys and of the keys of these, in the order of the schema. */
export function knownPaths(): string[][] {
  return pathsBelow(root, [])
}

function pathsBelow(schema: KeySchema, path: readonly string[]): string[][] {
  return [...childSchemas(schema)].flatMap(([key, child]) => [
    [...path, key],
    ...pathsBelow(child, [...path, key]),
  ])
}
