import type { Clock } from '../application/ports/clock.ts'
import type { UseCases } from '../application/use-cases.ts'
import { type ClientMessage, messageTable } from '../protocol/message-table.ts'
import type { AttemptLimit } from './attempt-limit.ts'
import type { Deliver } from './deliver.ts'
import type { Endpoint } from './endpoint.ts'
import type { Exclusive } from './exclusive.ts'
import { neverSent } from './never-sent.ts'
import type { WireRefusal } from './present-refusal.ts'
import type { TokenTable } from './token-table.ts'

interface Deps {
  readonly useCases: UseCases
  readonly deliver: Deliver
  readonly exclusive: Exclusive
  readonly tokens: TokenTable
  readonly attempts: AttemptLimit
  readonly clock: Clock
}

type ResumeMessage = Extract<ClientMessage, { type: 'RESUME' }>

export type Resume = (asker: Endpoint, message: ResumeMessage, requestId: string | undefined) => Promise<void>

/** Goes on with a session on another connection (RESUME-2), or says why not (RESUME-3). */
export function makeResume({ useCases, deliver, exclusive, tokens, attempts, clock }: Deps): Resume {
  return (asker, { payload }, requestId) =>
    exclusive(async () => {
      if (!asker.isOpen) return
      if (asker.session !== undefined) {
        refuse({ reason: 'already_logged_in', detail: 'RESUME: this connection has a session already' })
        return
      }
      const { session_token: token, last_seq: lastSeq } = payload
      const found = tokens.find(token)
      if (!found.ok) {
        // Whoever has the right one is never held up by those who guess.
        const limited =
          found.error === 'unknown' ? attempts.failed(asker.address, clock.monotonicMs()) : undefined
        if (limited === undefined) turnAway(found.error)
        else refuse({ reason: 'too_many_attempts', retryAfterMs: limited.retryAfterMs })
        return
      }
      const { session } = found.value
      const { outbox } = session.resumption
      const fault = neverSent('RESUME: "last_seq"', lastSeq, outbox)
      if (fault !== undefined) {
        refuse(fault)
        return
      }
      if (lastSeq + 1 < outbox.firstSeq) {
        turnAway('overflow')
        return
      }
      tokens.use(found.value)
      outbox.acknowledge(lastSeq)
      const { id, user } = session
      deliver(await useCases.attachSession({ user, session: id }), { by: asker, requestId })
      if (session.capabilities.has('ice_servers')) deliver(useCases.issueIceServers(user.id))

      function turnAway(reason: 'unknown' | 'expired' | 'replaced' | 'overflow'): void {
        asker.send({ type: 'RESUME_REFUSED', payload: { reason } }, requestId)
      }

      function refuse(refusal: WireRefusal): void {
        asker.refuse(refusal, messageTable.RESUME.code, requestId)
      }
    })
}
