import { z } from 'zod'
import type { UserId } from '../../domain/ids.ts'
import { err, type Result } from '../../domain/result.ts'

/** Why a request is not done. `reason` is for programs and stays the same; the sentence is for people. */
export interface Denial {
  readonly status: 400 | 404 | 405 | 409 | 413 | 500 | 503
  readonly reason: string
  readonly message: string
}

/** Whom an action is about, for the security log. */
interface Subject {
  readonly userId?: UserId | undefined
  readonly address?: string
}

export interface Reply {
  readonly answer: Result<object, Denial>
  readonly subject?: Subject
  /** Once the answer has left. */
  readonly afterwards?: () => void
}

interface Handled extends Reply {
  /** What of the request may be in the log: never a secret. */
  readonly about: object
}

export interface Route {
  readonly method: 'GET' | 'POST'
  readonly path: string
  /** Its name in the log; undefined where nothing is changed. */
  readonly action: string | undefined
  handle(input: unknown): Promise<Handled>
}

interface RouteOptions<I> {
  readonly method: Route['method']
  readonly path: string
  readonly input: z.core.$ZodType<I>
  readonly action?: string
  /** What of the input goes into the log. */
  readonly about?: (input: I) => object
  readonly run: (input: I) => Promise<Reply> | Reply
}

/** A route with its input checked: of GET the query, of POST the JSON object. */
export function route<I>({ method, path, action, input, about = () => ({}), run }: RouteOptions<I>): Route {
  return {
    method,
    path,
    action,
    async handle(raw) {
      const checked = z.safeParse(input, raw)
      if (!checked.success) return { ...invalid(checked.error), about: {} }
      return { ...(await run(checked.data)), about: about(checked.data) }
    },
  }
}

export function deny(status: Denial['status'], reason: string, message: string): Reply {
  return { answer: err({ status, reason, message }) }
}

// Only where and what is expected: what was found may be a secret.
function invalid({ issues }: z.ZodError): Reply {
  const faults = issues.map(({ path, message }) => `${path.join('.') || 'the request'}: ${message}`)
  return deny(400, 'invalid_input', faults.join('; '))
}
