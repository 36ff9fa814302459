import type { SecurityLog } from '../../application/ports/security-log.ts'
import type { Clock } from '../../application/ports/system/clock.ts'
import type { Transact, Tx } from '../../application/ports/transaction.ts'
import type { UseCases } from '../../application/use-cases.ts'
import { ok } from '../../domain/result.ts'
import { type ClientMessage, messageTable } from '../../protocol/message-table.ts'
import type { Deliver } from '../delivery/deliver.ts'
import type { Welcome } from '../delivery/welcome.ts'
import type { Figures } from '../figures/figures.ts'
import type { Endpoint } from '../conversation/endpoint.ts'
import { neverSent } from '../conversation/never-sent.ts'
import type { WireRefusal } from '../conversation/present-refusal.ts'
import { pleaseWait } from '../rates/please-wait.ts'
import type { RateLimits } from '../rates/rate-limits.ts'
import type { Result } from '../../domain/result.ts'
import type { Found, TokenFault, TokenTable } from './token-table.ts'

interface Deps {
  readonly useCases: UseCases
  readonly deliver: Deliver
  readonly transact: Transact
  readonly welcome: Welcome
  readonly tokens: TokenTable
  readonly findSession: FindSession
  readonly rates: RateLimits
  readonly clock: Clock
  readonly securityLog: SecurityLog
  readonly figures: Figures
}

type ResumeMessage = Extract<ClientMessage, { type: 'RESUME' }>

export type Resume = (asker: Endpoint, message: ResumeMessage, requestId: string | undefined) => Promise<void>

/**
 * `lastSeq`: what its client says that it has. `since`: when it has said so, in monotonic milliseconds. `behind`: other nodes
 * know more, and it is to be asked again later.
 */
export type FindSession = (
  tx: Tx,
  token: string,
  said: { readonly lastSeq: number; readonly since: number },
) => Promise<Result<Found, TokenFault | 'behind'>>

/** When to ask again where this node has not heard of what others know, in milliseconds. */
const RETRY_AFTER_MS = 1_000

/** What was fetched for a session that does not go on with it. */
function discard(found: Found | undefined): void {
  if (found !== undefined && found.session.resumption !== found.resumption) found.resumption.ended()
}

type Verdict =
  | { readonly kind: 'granted'; readonly found: Found }
  | { readonly kind: 'turned-away'; readonly reason: TokenFault | 'overflow' }
  | { readonly kind: 'refused'; readonly refusal: WireRefusal }
  /** The asker is gone: nobody is there to be answered. */
  | { readonly kind: 'void' }

/** Goes on with a session on another connection (RESUME-2), or says why not (RESUME-3). */
export function makeResume(deps: Deps): Resume {
  const { useCases, deliver, transact, welcome, tokens, findSession, rates, clock, securityLog, figures } =
    deps
  return async (asker, { payload }, requestId) => {
    const since = clock.monotonicMs()
    let verdict: Verdict = { kind: 'void' }
    let found: Found | undefined
    await transact(
      async (tx) => {
        discard(found)
        found = undefined
        verdict = await judge(tx, asker, { ...payload, since }, (it) => {
          found = it
        })
        if (verdict.kind !== 'granted') return ok([])
        const { id, user } = verdict.found.session
        const isGone = (await tx.sessions.find(id)) === undefined
        if (isGone || !(await useCases.mayComeBack(user))) {
          verdict = { kind: 'turned-away', reason: 'unknown' }
          return ok([])
        }
        return ok(await useCases.attachSession(tx, { user, session: id }))
      },
      (attached) => {
        if (!attached.ok) {
          asker.refuse(attached.error, messageTable.RESUME.code, requestId)
          return
        }
        switch (verdict.kind) {
          case 'granted': {
            const { resumption } = verdict.found
            figures.resumptions.add('granted')
            tokens.use(verdict.found)
            resumption.acknowledge(payload.last_seq)
            deliver(attached.value, { by: asker, requestId, found: resumption })
            welcome(asker)
            break
          }
          case 'turned-away':
            figures.resumptions.add(verdict.reason)
            if (verdict.reason === 'unknown') tellRefused(asker, 'unknown_session')
            asker.send({ type: 'RESUME_REFUSED', payload: { reason: verdict.reason } }, requestId)
            break
          case 'refused':
            if (verdict.refusal.reason === 'too_many_attempts') tellRefused(asker, 'too_many_attempts')
            asker.refuse(verdict.refusal, messageTable.RESUME.code, requestId)
            break
          case 'void':
            break
          default:
            verdict satisfies never
        }
      },
      { client: asker.client, transport: asker.transport, requestId, counted: undefined },
    ).finally(() => {
      discard(found)
    })
  }

  function tellRefused({ address }: Endpoint, reason: string): void {
    securityLog.write({ event: 'token_refused', reason, address })
  }

  async function judge(
    tx: Tx,
    asker: Endpoint,
    { session_token: token, last_seq: lastSeq, since }: ResumeMessage['payload'] & { readonly since: number },
    fetched: (found: Found) => void,
  ): Promise<Verdict> {
    const isGone = () => !asker.isOpen
    if (isGone()) return { kind: 'void' }
    if (asker.session !== undefined) {
      const detail = 'RESUME: this connection has a session already'
      return { kind: 'refused', refusal: { reason: 'already_logged_in', detail } }
    }
    const found = await findSession(tx, token, { lastSeq, since })
    if (!found.ok) {
      if (found.error === 'behind')
        return { kind: 'refused', refusal: { reason: 'storage_unavailable', retryAfterMs: RETRY_AFTER_MS } }
      // Whoever has the right one is never held up by those who guess.
      const wait = found.error === 'unknown' ? rates.failedResume(asker.address, clock.monotonicMs()) : 0
      if (wait === 0) return { kind: 'turned-away', reason: found.error }
      return { kind: 'refused', refusal: pleaseWait('too_many_attempts', 'Too many unknown tokens', wait) }
    }
    fetched(found.value)
    // Its client may have come on another connection meanwhile, which this one must not take the session from.
    if (isGone()) return { kind: 'void' }
    const { outbox } = found.value.resumption
    const fault = neverSent('RESUME: "last_seq"', lastSeq, outbox)
    if (fault !== undefined) return { kind: 'refused', refusal: fault }
    if (lastSeq + 1 < outbox.firstSeq) return { kind: 'turned-away', reason: 'overflow' }
    return { kind: 'granted', found: found.value }
  }
}
