import { z } from 'zod'
import { bytes } from '../../../src/cli/conformance/scenarios/bytes.ts'
import { behaviourIds, jsonObject, typeCode } from '../../../src/cli/conformance/scenarios/schema.ts'

/** frames.json as conformance/vectors/README.md describes it; an unknown key is a fault of the file. */

const frame = z.strictObject({ type: typeCode, payload: bytes })
const refusal = z.strictObject({ reason: z.string(), code: z.int(), ends_stream: z.boolean() })
const titled = { id: behaviourIds, title: z.string() }

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
      message: z.strictObject({ name: z.string(), json: jsonObject }).optional(),
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
      json: jsonObject,
      request_id: z.string().optional(),
      hex: bytes,
    }),
  ),
})
