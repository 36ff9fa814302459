import { err, type Result } from '../domain/result.ts'
import type { Refused } from './account.ts'
import { helloWith, readWelcome } from './agreement.ts'
import type { Continuity } from './continuity.ts'
import type { Exchange } from './connection/exchange.ts'
import type { Pushed } from './pushed.ts'

/** Says HELLO as before and asks for the session; `read` is given the answer in the moment of its arrival. */
export async function askToResume<T>(
  exchange: Exchange,
  continuity: Continuity,
  read: (answer: Pushed<'RESUMED' | 'RESUME_REFUSED'>) => Result<T, Refused>,
): Promise<Result<T, Refused>> {
  const { wanted } = continuity.agreement
  const welcome = await exchange.ask(helloWith(wanted), ['WELCOME'], ({ payload }) => {
    continuity.agreement = readWelcome(wanted, payload)
  })
  if (!welcome.ok) return welcome
  const request = continuity.request()
  if (request === undefined) return err(notResumed('unknown'))
  const answer = await exchange.ask(request, ['RESUMED', 'RESUME_REFUSED'], read)
  return answer.ok ? answer.value : answer
}

/** `reason` as in RESUME_REFUSED. */
export function notResumed(reason: string): Refused {
  return { reason, message: `the session cannot be resumed: ${reason}` }
}
