import { readFileSync } from 'node:fs'
import { format } from 'oxfmt'
import { z } from 'zod'
import { DeviceReason, transitions } from '../../src/domain/call-table.ts'
import { capabilities } from '../../src/protocol/capabilities.ts'
import { errorReasons } from '../../src/protocol/error-reasons.ts'
import { messagesByCode } from '../../src/protocol/message-table.ts'
import { shapeOf, typeOf } from './client-types.ts'

const FOLDER = 'clients/typescript/src/wire'
const style = z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync('.oxfmtrc.json', 'utf8')))
/** What the messages of each module of the package begin with. */
const MODULES: Readonly<Record<string, readonly string[]>> = {
  room: ['ROOM'],
  history: ['HISTORY'],
  device: ['DEVICE', 'CALL_MOVED'],
  watch: ['WATCHED'],
  message: ['MESSAGE', 'CONVERSATIONS'],
  sfu: ['SFU'],
  push: ['PUSH'],
}
/** Of these the core has nothing at all: they ask for the capability themselves. */
const APART: Readonly<Record<string, string>> = { message: 'messages', sfu: 'sfu', push: 'push' }
/** Of signals and ERROR: what only rooms with a media server have. */
const OF_SFU: readonly string[] = ['connection', 'streams']
const HEAD = '// Made from the message table of the server by `npm run docs`. Do not edit.\n\n'

/** What the package `roomrtc-client` must know of the protocol: files by their paths. It imports nothing of the server. */
export async function clientWire(): Promise<ReadonlyMap<string, string>> {
  const texts = {
    'codes.ts': codes(),
    'message-codes.ts': codesApart('message', 'each text message'),
    'sfu-codes.ts': codesApart('sfu', 'each message about a media server'),
    'push-codes.ts': codesApart('push', 'each message about waking'),
    'capabilities.ts': wanted(),
    'reasons.ts': reasons(),
    'client-messages.ts': messages('client', 'What a client sends.'),
    'server-messages.ts': messages(
      'server',
      'What the server sends. Fields that version 1 does not have may be absent.',
    ),
    'shapes.ts': shapes(),
    ...Object.fromEntries(Object.keys(MODULES).map((name) => [`${name}-shapes.ts`, shapesOfModule(name)])),
  }
  const files = new Map<string, string>()
  for (const [name, text] of Object.entries(texts)) {
    const path = `${FOLDER}/${name}`
    const { code, errors } = await format(path, HEAD + text, style)
    if (errors.length > 0) throw new Error(`${path} cannot be formatted: ${errors[0]?.message}`)
    files.set(path, code)
  }
  return files
}

function constant(name: string, value: unknown): string {
  return `export const ${name} = ${JSON.stringify(value)} as const\n`
}

function wanted(): string {
  const apart = Object.values(APART)
  const others = Object.keys(capabilities).filter((name) => !apart.includes(name))
  return `/** What a client agrees on where it does not say otherwise. */
    ${constant('capabilities', others)}
    export type Capability = (typeof capabilities)[number] | ${apart.map((name) => `'${name}'`).join(' | ')}`
}

/** Of the module that is apart, or of the core. */
function entriesOf(apart?: string) {
  return [...messagesByCode.values()]
    .filter(({ name }) => (apart === undefined ? !isApart(name) : belongsTo(apart, name)))
    .toSorted((a, b) => a.code - b.code)
}

function isApart(name: string): boolean {
  return Object.keys(APART).some((module) => belongsTo(module, name))
}

function rowsOf(entries: ReturnType<typeof entriesOf>): string {
  return entries.map(({ name, code }) => `${name}: 0x${code.toString(16).padStart(2, '0')},`).join('\n')
}

function codesApart(module: string, whose: string): string {
  return `/** The type byte of ${whose}. */
    export const ${module}Codes = {\n${rowsOf(entriesOf(module))}\n} as const\n`
}

function codes(): string {
  const entries = entriesOf()
  const counted = entries.filter(({ sequenced, client }) => sequenced === true && client !== undefined)
  return `/** The type byte of each message. */
    export const codes = {\n${rowsOf(entries)}\n} as const
    /** What a client sends of a call: the server counts them. */
    export const ofCalls: readonly string[] = ${JSON.stringify(counted.map(({ name }) => name))}\n`
}

function reasons(): string {
  const ends = Object.values(transitions).flatMap((phase) =>
    Object.values(phase).flatMap(({ next }) => (typeof next === 'string' ? [] : [next.ended])),
  )
  const refused = messagesByCode.get(0x24)?.server
  const resumption = JSON.stringify(refused === undefined ? {} : z.toJSONSchema(refused.schema))
  const words = /"enum":(\[[^\]]*\])/.exec(resumption)?.[1]
  if (words === undefined) throw new Error('RESUME_REFUSED has no list of reasons')
  const devices = Object.values(DeviceReason)
  const all = [
    ...Object.keys(errorReasons),
    ...ends,
    ...devices,
    ...z.array(z.string()).parse(JSON.parse(words)),
  ]
  return `/** The words by which the server says why: of ERROR, of the end of a call, of a refused resumption. */
    export type KnownReason = ${[...new Set(all)].map((word) => `'${word}'`).join(' | ')}
    /** Later servers may have more. */
    export type Reason = KnownReason | (string & {})\n`
}

function messages(direction: 'client' | 'server', about: string): string {
  const entries = sentBy(direction).map(({ name, schema }) => `${name}: ${typeOf(schema)}`)
  const Name = direction === 'client' ? 'Client' : 'Server'
  return `/** ${about} */
    export interface ${Name}Payloads {\n${entries.join('\n')}\n}
    export type ${Name}Message = {
      [Name in keyof ${Name}Payloads]: { readonly type: Name; readonly payload: ${Name}Payloads[Name] }
    }[keyof ${Name}Payloads]\n`
}

function shapes(): string {
  const entries = sentBy('server').flatMap(({ name, sequenced, schema }) => {
    const isOfModule = Object.keys(MODULES).some((module) => belongsTo(module, name))
    // What is numbered counts also where nobody hears it.
    if (isApart(name) || (isOfModule && sequenced !== true)) return []
    return [`${name}: ${isOfModule ? "'object'" : shapeOf(asCoreKnows(schema))},`]
  })
  return `import type { Shape } from './shape.ts'
    import type { ServerPayloads } from './server-messages.ts'
    /** What each message of the server must look like to be understood. A module of this package knows more, of some all. */
    export const shapes: Readonly<Partial<Record<keyof ServerPayloads, Shape>>> = {\n${entries.join('\n')}\n}\n`
}

function shapesOfModule(module: string): string {
  const entries = sentBy('server')
    .filter(({ name }) => belongsTo(module, name) || (module === 'room' && name === 'RESUMED'))
    .map(({ name, schema }) => `${name}: ${shapeOf(schema)},`)
  return `import type { Shape } from './shape.ts'
    /** What the messages of this module must look like to be understood. */
    export const ${module}Shapes: Readonly<Record<string, Shape>> = {\n${entries.join('\n')}\n}\n`
}

/** Of RESUMED: what a room looks like only the module knows. What is only of media servers is of no use to the core. */
function asCoreKnows<S extends z.core.JSONSchema.BaseSchema>(schema: S): S {
  const fields = Object.entries(schema.properties ?? {}).filter(([name]) => !OF_SFU.includes(name))
  const room = { anyOf: [{ type: 'object' as const, additionalProperties: {} }, { type: 'null' as const }] }
  return {
    ...schema,
    properties: Object.fromEntries(fields.map(([name, field]) => [name, name === 'room' ? room : field])),
  }
}

function belongsTo(module: string, message: string): boolean {
  return MODULES[module]?.some((beginning) => message.startsWith(beginning)) === true
}

function sentBy(direction: 'client' | 'server') {
  return [...messagesByCode.values()]
    .toSorted((a, b) => a.code - b.code)
    .flatMap(({ name, ...definition }) => {
      const readable = definition[direction]
      if (readable === undefined) return []
      const { sequenced } = definition
      return [
        { name, sequenced, schema: z.toJSONSchema(readable.schema, { io: 'input', unrepresentable: 'any' }) },
      ]
    })
}
