import { z } from 'zod'

const MAX_REASON_LENGTH = 200

const candidate = z.union([
  z.object({ candidate: z.string(), sdpMid: z.string().optional(), sdpMLineIndex: z.int().optional() }),
  z.object({ completed: z.literal(true) }),
])

/** What Janus sends, as far as it is used here; the rest of a message is left alone. */
const incoming = z.object({
  janus: z.string(),
  transaction: z.string().optional(),
  /** The handle that it is of. */
  sender: z.number().optional(),
  /** Of a session or a handle that was made. */
  data: z.object({ id: z.number() }).optional(),
  error: z.object({ code: z.number(), reason: z.string() }).optional(),
  plugindata: z.object({ data: z.looseObject({}) }).optional(),
  jsep: z.object({ type: z.enum(['offer', 'answer']), sdp: z.string() }).optional(),
  candidate: candidate.optional(),
})

export type Incoming = z.infer<typeof incoming>
export type Jsep = NonNullable<Incoming['jsep']>

/** Undefined where it is nothing that Janus says. */
export function readIncoming(text: string): Incoming | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  const read = incoming.safeParse(value)
  return read.success ? read.data : undefined
}

const pluginFault = z.object({ error_code: z.number(), error: z.string() })

/** What Janus or its VideoRoom has against a request. */
export class JanusRefusal extends Error {
  readonly code: number

  constructor(code: number, reason: string) {
    super(reason.slice(0, MAX_REASON_LENGTH))
    this.name = 'JanusRefusal'
    this.code = code
  }
}

export function refusalIn({ error, plugindata }: Incoming): JanusRefusal | undefined {
  if (error !== undefined) return new JanusRefusal(error.code, error.reason)
  const fault = pluginFault.safeParse(plugindata?.data)
  return fault.success ? new JanusRefusal(fault.data.error_code, fault.data.error) : undefined
}
