import { z } from 'zod'
import { bytes } from './bytes.ts'

/** The scenarios of conformance/vectors as the README there describes them; an unknown key is a fault of the file. */

export const behaviourIds = z.array(z.string().regex(/^[A-Z]+-(\d+|REC)$/)).min(1)
export const typeCode = z.string().regex(/^[0-9A-F]{2}$/)
export const jsonObject = z.record(z.string(), z.unknown())

const sent = z.union([
  z.strictObject({ hex: bytes }),
  z.strictObject({ type: typeCode, json: jsonObject }),
  z.strictObject({ type: typeCode, text: z.string() }),
])
export type Sent = z.infer<typeof sent>

/** What is demanded of a message, beside its type. */
export const demands = {
  json: jsonObject.optional(),
  fields: z.array(z.string()).optional(),
  text: z.string().optional(),
  differs: jsonObject.optional(),
  mentions: z.record(z.string(), z.string()).optional(),
  includes: z.record(z.string(), z.array(jsonObject)).optional(),
  contains: z.record(z.string(), jsonObject).optional(),
  capture: z.record(z.string(), z.string()).optional(),
}

const expected = z.strictObject({ type: typeCode, ...demands })

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

/** A limit of WELCOME that is a time. */
const period = z.string().regex(/_ms$/)

const scenario = z.strictObject({
  id: behaviourIds,
  title: z.string(),
  config: z.record(z.string(), jsonObject).optional(),
  waits_for: period.optional(),
  logged_in: z.array(client).optional(),
  steps: z.array(step).min(1),
})
export type Scenario = z.infer<typeof scenario>

export const scenarioFile = z.strictObject({ about: z.string(), scenarios: z.array(scenario).min(1) })
