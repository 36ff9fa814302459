import { allowed } from '../../src/config/faults/allowed.ts'
import { childSchemas, itemSchema, keySchema, knownPaths } from '../../src/config/faults/known-keys.ts'
import { configSchema } from '../../src/config/schema.ts'

/** Every key as a row of a Markdown table, from the schema alone. */
export function configTable(): string {
  const rows = knownPaths()
    .filter((path) => childSchemas(keySchema(path)).size === 0)
    .flatMap((path) => [row(path.join('.'), defaultOf(path), path), ...itemRows(path)])
  return ['| key | default | allowed | meaning |', '|---|---|---|---|', ...rows].join('\n')
}

/** The keys of what an array holds: `webrtc.turn_servers[].url`. */
function itemRows(path: readonly string[]): string[] {
  const schema = keySchema(path)
  const item = schema === undefined ? undefined : itemSchema(schema)
  return [...childSchemas(item).keys()].map((key) =>
    row(`${path.join('.')}[].${key}`, 'none', [...path, 0, key]),
  )
}

function row(name: string, standard: string, path: readonly PropertyKey[]): string {
  const schema = keySchema(path)
  if (schema === undefined) throw new Error(`${name} is not in the schema`)
  const cells = [`\`${name}\``, standard, allowed(schema), schema.description ?? '']
  return `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`
}

function defaultOf(path: readonly string[]): string {
  let value: unknown = configSchema.parse({})
  for (const key of path) {
    const entries: [string, unknown][] = Object.entries(value ?? {})
    value = new Map(entries).get(key)
  }
  return `\`${JSON.stringify(value)}\``
}
