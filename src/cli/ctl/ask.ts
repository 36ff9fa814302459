import { z } from 'zod'
import type { DispatchControl } from '../../transport/control/dispatch.ts'
import { refused } from './command-failure.ts'
import type { ControlResponse } from './request.ts'

/** One question to the daemon; throws a CommandFailure where it is refused. */
export type Ask = <T>(
  method: 'GET' | 'POST',
  path: string,
  input: Readonly<Record<string, unknown>>,
  answer: z.core.$ZodType<T>,
) => Promise<T>

const denial = z.object({ error: z.object({ reason: z.string(), message: z.string() }) })

/** Over the control socket. */
export function askBy(send: (method: string, path: string, input: object) => Promise<ControlResponse>): Ask {
  return async (method, path, input, answer) => {
    const { status, body } = await send(method, path, input)
    if (status === 200) return z.parse(answer, body)
    const { error } = denial.parse(body)
    throw refused(error.reason, error.message)
  }
}

/** Of the same routes in this process, over the account file. */
export function askHere(dispatch: DispatchControl): Ask {
  return async (method, path, input, answer) => {
    const reply = await dispatch(method, path, input)
    if (reply.answer.ok) return z.parse(answer, reply.answer.value)
    throw refused(reply.answer.error.reason, reply.answer.error.message)
  }
}
