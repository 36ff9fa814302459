import { err, ok, type Result } from '../../../domain/result.ts'
import type { HttpRefusal } from '../answers.ts'
import type { Mailbox, Reply } from './mailbox.ts'
import { refusalOf } from './refusal-of.ts'

/** What comes of a message of the session; refused as the message itself would be. */
export async function carriedOut(
  mailbox: Mailbox,
  code: number,
  payload: object,
): Promise<Result<Reply, HttpRefusal>> {
  const reply = await mailbox.ask(code, payload)
  if (!reply.ok) return reply
  const error = reply.value.answers.find(({ type }) => type === 'ERROR')
  return error === undefined ? ok(reply.value) : err(refusalOf(error))
}
