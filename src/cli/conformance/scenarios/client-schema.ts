import { z } from 'zod'
import { behaviourIds, demands, jsonObject } from './schema.ts'

/** The scenarios of conformance/client as the README there describes them; an unknown key is a fault of the file. */

/** The name of a message, or for one that there is not its code in two hexadecimal digits. */
const messageType = z.string().regex(/^([A-Z][A-Z_]+|[0-9A-F]{2})$/)
const message = z.strictObject({ type: messageType, json: jsonObject })
export type SentByServer = z.infer<typeof message>

const yes = z.literal(true)
const ms = z.int().min(1)
/** What a step shows: behaviours of docs/conformance.md. The first of the scenario where absent. */
const shows = behaviourIds.optional()

const step = z.union([
  z.strictObject({ tell: z.string(), do: z.string() }),
  /** Waits for a login, and looks whether the client wants what the scenario needs. */
  z.strictObject({ logged_in: yes }),
  z.strictObject({ connection: yes, within_ms: ms.optional(), not_before_ms: ms.optional(), shows }),
  z.strictObject({
    expect: z.strictObject({ type: messageType, ...demands }),
    within_ms: ms.optional(),
    shows,
  }),
  z.strictObject({ expect_repeated: yes, shows }),
  z.strictObject({ expect_nothing: yes, but: z.array(messageType).optional(), for_ms: ms, shows }),
  z.strictObject({ expect_no_connection: yes, for_ms: ms, shows }),
  /** Within all the time since RESUME was refused. */
  z.strictObject({ expect_no_login: yes, shows }),
  z.strictObject({ expect_end: yes, within_ms: ms.optional(), shows }),
  z.strictObject({ refuse_connections: z.int().min(2), within_ms: ms, shows }),
  z.strictObject({
    send: z.union([message, z.array(message)]),
    split: z.int().min(1).optional(),
    /** Only the first half of the bytes. */
    half: yes.optional(),
    /** As the answer to the message before: with its request_id. */
    reply: yes.optional(),
    /** With the `seq` of the message before, as if it came twice. */
    again: yes.optional(),
  }),
  /** Answers RESUME: what was sent and not handled comes again, and of what came the last is forgotten, from this type on. */
  z.strictObject({ resume: yes, lost_from: messageType.optional(), call: jsonObject.nullable().optional() }),
  z.strictObject({ by_hand: z.array(messageType) }),
  z.strictObject({ drop: yes }),
  z.strictObject({ wait_ms: ms }),
])
export type ClientStep = z.infer<typeof step>

export const clientScenario = z.strictObject({
  id: behaviourIds,
  title: z.string(),
  /** Capabilities that the client must want. */
  needs: z.array(z.string()).optional(),
  /** Those that the server offers; all where absent. */
  offers: z.array(z.string()).optional(),
  /** In place of the usual limits. */
  limits: z.record(z.string(), z.int()).optional(),
  /** All that the server sends comes in pieces of so many bytes. */
  split: z.int().min(1).optional(),
  steps: z.array(step).min(1),
})
export type ClientScenario = z.infer<typeof clientScenario>
