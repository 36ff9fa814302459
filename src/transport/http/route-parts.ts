import { z } from '@hono/zod-openapi'

/** What every error looks like. */
const problem = z.object({
  error: z.string(),
  message: z.string(),
  retry_after_ms: z.int().optional(),
  retryAfterMs: z.int().optional().describe('The same, where a rule of its own was exceeded'),
  currentScore: z.number().optional(),
  maxScore: z.int().optional(),
})

/** An answer in JSON. */
export const json = <Schema extends z.ZodType>(description: string, schema: Schema) => ({
  description,
  content: { 'application/json': { schema } },
})

/** A request's body in JSON; it may not be left out. */
export const body = <Schema extends z.ZodType>(schema: Schema) => ({
  required: true,
  content: { 'application/json': { schema } },
})

/** Those that any request may be answered with, in this form. */
const errorsLike = <Schema extends z.ZodType>(schema: Schema) => ({
  400: json('Something in the request is not as it must be', schema),
  401: json('No token, or no good one; or no such session', schema),
  403: json('Not allowed', schema),
  404: json('Not there', schema),
  408: json('Too late', schema),
  409: json('Not in this state', schema),
  410: json('Not kept any more', schema),
  411: json('A body without Content-Length', schema),
  413: json('Too large', schema),
  415: json('Not JSON', schema),
  416: json('No such part', schema),
  426: json('A WebSocket', schema),
  429: json('Too much; see Retry-After', schema),
  431: json('The head is too large', schema),
  500: json('A fault of the server', schema),
  503: json('Not at the moment; see Retry-After', schema),
  507: json('No room', schema),
})

export const errors = errorsLike(problem)

/** Of requests that may be refused in a form of their own as well. */
export const errorsOr = <Schema extends z.ZodType>(schema: Schema) => errorsLike(z.union([problem, schema]))

/** Beside the token: which session asks. Whether it is there is looked at with the token. */
export const sessionHeader = z.object({
  session: z.string().optional().describe('The session token, from POST /api/session'),
})

/** What the requests of the table `token` bear. */
export const bearer = [{ bearer: [] }]
