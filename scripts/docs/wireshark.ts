import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { MAX_FRAME_LENGTH } from '../../src/protocol/framing/frame.ts'
import { type MessageDefinition, messagesByCode } from '../../src/protocol/message-table.ts'
import { jsonSchema } from './message-schemas.ts'

const TEMPLATE = 'scripts/wireshark/roomrtc.template.lua'

const KINDS: Readonly<Record<string, string>> = {
  string: 'string',
  integer: 'number',
  number: 'number',
  boolean: 'boolean',
}

/** An object of a payload, or one of several that it may be. */
const variant = z.object({
  properties: z.record(z.string(), z.looseObject({ type: z.unknown().optional() })).default({}),
  required: z.array(z.string()).default([]),
})
type Variant = z.infer<typeof variant>

/** The dissector: the template with what comes from the message table. */
export function dissector(): string {
  const parts: Readonly<Record<string, string>> = {
    'max-length': String(MAX_FRAME_LENGTH),
    messages: lines([...messagesByCode].toSorted(([a], [b]) => a - b).map(messageLine)),
    fields: lines([...scalarFields()].toSorted().map(([name, kind]) => `${name} = "${kind}"`)),
  }
  return readFileSync(TEMPLATE, 'utf8').replaceAll(
    /^(local \w+ = ).* -- generated:([\w-]+)$/gm,
    (_, start: string, part: string) => {
      const text = parts[part]
      if (text === undefined) throw new Error(`${TEMPLATE}: nothing is called ${part}`)
      return start + text
    },
  )
}

function messageLine([code, message]: [number, { readonly name: string } & MessageDefinition]): string {
  const { name, client, server, mayBeEmpty } = message
  const facts = [
    `name = "${name}"`,
    ...(client === undefined ? [] : [`client = ${required(client.schema)}`]),
    ...(server === undefined ? [] : [`server = ${required(server.schema)}`]),
    ...(mayBeEmpty === true ? ['empty = true'] : []),
  ]
  return `[0x${code.toString(16).padStart(2, '0')}] = { ${facts.join(', ')} }`
}

function required(schema: z.core.$ZodType): string {
  const lists = variantsOf(schema).map(({ required: names }) => list(names.map((name) => `"${name}"`)))
  return list(lists)
}

/** Of all messages; one that is not of the same kind everywhere is left to the tree of the JSON. */
function scalarFields(): ReadonlyMap<string, string> {
  const kinds = new Map<string, string>([['request_id', 'string']])
  const clashes = new Set<string>()
  for (const { client, server } of messagesByCode.values()) {
    const schemas = [client, server].flatMap((side) => (side === undefined ? [] : [side.schema]))
    for (const { properties } of schemas.flatMap(variantsOf)) {
      for (const [name, { type }] of Object.entries(properties)) {
        const kind = typeof type === 'string' ? KINDS[type] : undefined
        if (kind === undefined) continue
        if ((kinds.get(name) ?? kind) !== kind) clashes.add(name)
        kinds.set(name, kind)
      }
    }
  }
  return new Map([...kinds].filter(([name]) => !clashes.has(name)))
}

function variantsOf(schema: z.core.$ZodType): readonly Variant[] {
  const described = jsonSchema(schema)
  return (described.anyOf ?? [described]).map((one) => variant.parse(one))
}

function list(items: readonly string[]): string {
  return items.length === 0 ? '{}' : `{ ${items.join(', ')} }`
}

function lines(items: readonly string[]): string {
  return `{\n${items.map((item) => `  ${item},\n`).join('')}}`
}
