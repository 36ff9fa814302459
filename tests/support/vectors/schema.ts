import { z } from 'zod'

/** The files of tests/vectors as tests/vectors/README.md describes them; an unknown key is a fault of the file. */

const ids = z.array(z.string().regex(/^[A-Z]+-(\d+|REC)$/)).min(1)
const hexText = z.string().regex(/^([0-9A-Fa-f]{2}|\s)*$/)
const typeCode = z.string().regex(/^[0-9A-F]{2}$/)
const json = z.record(z.string(), z.unknown())

const bytes = z.union([
  hexText,
  z.array(z.union([hexText, z.strictObject({ repeat: hexText, times: z.int().min(1) })])),
])
export type Bytes = z.infer<typeof bytes>

const sent = z.union([
  z.strictObject({ hex: bytes }),
  z.strictObject({ type: typeCode, json }),
  z.strictObject({ type: typeCode, text: z.string() }),
])
export type Sent = z.infer<typeof sent>

const expected = z.strictObject({
  type: typeCode,
  json: json.optional(),
  fields: z.array(z.string()).optional(),
  text: z.string().optional(),
  differs: json.optional(),
  mentions: z.record(z.string(), z.string()).optional(),
  includes: z.record(z.string(), z.array(json)).optional(),
  contains: z.record(z.string(), json).optional(),
  capture: z.record(z.string(), z.string()).optional(),
})
export type Expected = z.infer<typeof expected>

const yes = z.literal(true)
const client = z.string().regex(/^[a-z]+$/)

const step = z.union([
  z.strictObject({ client, connect: yes }),
  z.strictObject({ client, send: z.union([sent, z.array(sent)]), split: z.int().min(1).optional() }),
  z.strictObject({ client, expect: expected }),
  z.strictObject({ client, expect_nothing: yes }),
  z.strictObject({ client, expect_no_update: yes }),
  z.strictObject({ client, expect_close: yes }),
  z.strictObject({ client, finish: yes }),
  z.strictObject({ client, close: yes }),
])
export type Step = z.infer<typeof step>

const scenario = z.strictObject({
  id: ids,
  title: z.string(),
  config: z.record(z.string(), json).optional(),
  logged_in: z.array(client).optional(),
  steps: z.array(step).min(1),
})
export type Scenario = z.infer<typeof scenario>

export const scenarioFile = z.strictObject({ about: z.string(), scenarios: z.array(scenario).min(1) })

const frame = z.strictObject({ type: typeCode, payload: bytes })
const refusal = z.strictObject({ reason: z.string(), code: z.int(), ends_stream: z.boolean() })
const titled = { id: ids, title: z.string() }

export const framesFile = z.strictObject({
  about: z.string(),
  decode: z.array(
    z.strictObject({
      ...titled,
      max_length: z.int().optional(),
      hex: bytes,
      frames: z.array(frame),
      error: refusal.optional(),
      incomplete: z.boolean().optional(),
    }),
  ),
  read: z.array(
    z.strictObject({
      ...titled,
      hex: bytes,
      message: z.strictObject({ name: z.string(), json }).optional(),
      error: refusal.optional(),
      mentions: z.string().optional(),
      request_id: z.string().optional(),
    }),
  ),
  encode: z.array(
    z.strictObject({
      ...titled,
      from: z.enum(['client', 'server']),
      type: typeCode,
      json,
      request_id: z.string().optional(),
      hex: bytes,
    }),
  ),
})

export function toBuffer(value: Bytes): Buffer {
  const parts = typeof value === 'string' ? [value] : value
  return Buffer.concat(
    parts.map((part) =>
      typeof part === 'string' ? fromHex(part) : repeated(fromHex(part.repeat), part.times),
    ),
  )
}

function fromHex(text: string): Buffer {
  return Buffer.from(text.replace(/\s/g, ''), 'hex')
}

function repeated(unit: Buffer, times: number): Buffer {
  return Buffer.alloc(unit.length * times, unit)
}
