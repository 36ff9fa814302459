import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Ajv } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { messagesByCode } from '../../../src/protocol/message-table.ts'
import { examples, wholeCall } from '../../support/documented-examples.ts'

const require = createRequire(import.meta.url)
// Formats are notes to the reader here, and fields that begin with x- mean nothing to a validator.
const options = { strict: false, validateFormats: false } as const

const anObject = z.record(z.string(), z.unknown())
const schemas = z.object({ $defs: z.record(z.string(), anObject) })
const asyncApi = z.looseObject({
  components: z.object({ messages: z.record(z.string(), anObject), schemas: z.record(z.string(), anObject) }),
})

function read(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'))
}

const { $defs } = schemas.parse(read('docs/messages.schema.json'))
const document = asyncApi.parse(read('docs/asyncapi.json'))

/** What each message must say of itself. */
const wanted = [...messagesByCode].flatMap(([code, { name, client, server, needs }]) => {
  const common = { 'x-frame-type': code, ...(needs === undefined ? {} : { 'x-capability': needs }) }
  return [
    ...(client === undefined
      ? []
      : [[`${name}.client`, { ...common, 'x-direction': 'client-to-server' }] as const]),
    ...(server === undefined
      ? []
      : [[`${name}.server`, { ...common, 'x-direction': 'server-to-client' }] as const]),
  ]
})

/** Every payload that the documents of the protocol show. */
const shown = [
  ...examples().map(({ name, from, text, at }) => ({ key: `${name}.${from}`, text, at })),
  ...wholeCall().flatMap(({ name, route, text, at }) =>
    route.slice(0, -1).map((sender) => ({
      key: `${name}.${sender === 'server' ? 'server' : 'client'}`,
      text,
      at,
    })),
  ),
]

/** It brings the schema of schemas with it. */
function officialCheck() {
  const official = read(require.resolve('@asyncapi/specs/schemas/3.0.0.json'))
  return new Ajv({ ...options, meta: false, validateSchema: false }).compile(anObject.parse(official))
}

/** Everything that a document refers to, from wherever in it. */
function references(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    key === '$ref' && typeof inner === 'string' ? [inner] : references(inner),
  )
}

function find(root: unknown, reference: string): unknown {
  return reference
    .replace(/^#\//, '')
    .split('/')
    .reduce<unknown>((at, key) => anObject.safeParse(at).data?.[key], root)
}

describe('the descriptions for machines', () => {
  test('SCHEMA-1 the JSON Schema has every message in each direction, with code, direction and capability', () => {
    expect(Object.keys($defs).toSorted()).toEqual(wanted.map(([key]) => key).toSorted())
    for (const [key, facts] of wanted) {
      expect($defs[key], key).toMatchObject(facts)
      if (!('x-capability' in facts)) expect($defs[key], key).not.toHaveProperty('x-capability')
    }
  })

  test('SCHEMA-1 AsyncAPI has the same', () => {
    const { messages } = document.components
    const keys = wanted.flatMap(([key]) => [key, `${key}.text`])
    expect(Object.keys(messages).toSorted()).toEqual(keys.toSorted())
    for (const [key, facts] of wanted) {
      expect(messages[key], key).toMatchObject(facts)
      expect(messages[`${key}.text`], key).toMatchObject(facts)
    }
  })

  test('SCHEMA-2 every documented example fits the JSON Schema of its message', () => {
    const ajv = new Ajv2020(options)
    expect(shown.length).toBeGreaterThan(50)
    for (const { key, text, at } of shown) {
      const fits = ajv.validate($defs[key] ?? false, JSON.parse(text))
      expect(fits, `${at}: ${ajv.errorsText()}`).toBe(true)
    }
  })

  test('SCHEMA-2 and that of AsyncAPI, as a frame and as a text', () => {
    const ajv = new Ajv(options)
    ajv.addSchema(document, 'roomrtc')
    for (const { key, text, at } of shown) {
      const payload = anObject.parse(JSON.parse(text))
      const messages = `roomrtc#/components/messages/${key}`
      const frameFits = ajv.validate(`${messages}/payload`, payload)
      expect(frameFits, `${at}: ${ajv.errorsText()}`).toBe(true)
      const named = { type: key.replace(/\..*/, ''), ...payload }
      expect(ajv.validate(`${messages}.text/payload`, named), `${at}: ${ajv.errorsText()}`).toBe(true)
      expect(ajv.validate(`${messages}.text/payload`, { ...payload, type: 'ANOTHER' })).toBe(false)
    }
  })

  test('SCHEMA-2 a payload that the server refuses does not fit either', () => {
    const ajv = new Ajv2020(options)
    expect(ajv.validate($defs['HANGUP.client'] ?? true, {})).toBe(false)
    expect(ajv.validate($defs['CALL_RESPONSE.client'] ?? true, { call_id: 'c', accepted: 'yes' })).toBe(false)
    expect(ajv.validate($defs['LOGIN_REQUEST.client'] ?? true, { username: 'a' })).toBe(false)
  })

  test('SCHEMA-3 AsyncAPI is valid by the official schema, and every reference leads somewhere', () => {
    const check = officialCheck()
    check(document)
    expect(check.errors ?? []).toEqual([])
    const all = references(document)
    expect(all.length).toBeGreaterThan(300)
    expect(all.filter((reference) => find(document, reference) === undefined)).toEqual([])
  })

  test('SCHEMA-3 the official schema is one that finds faults', () => {
    const check = officialCheck()
    expect(check({ ...document, operations: { wrong: { action: 'shout' } } })).toBe(false)
  })
})
