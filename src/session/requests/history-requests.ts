import type { Work } from '../../application/ports/transaction.ts'
import type { SeenCalls } from '../../application/ports/call-history.ts'
import type { UseCases } from '../../application/use-cases.ts'
import type { CallQuality } from '../../domain/call-quality.ts'
import { parseCallId, type UserId } from '../../domain/ids.ts'
import { RefusalReason } from '../../domain/refusal.ts'
import { err, ok, type Result } from '../../domain/result.ts'
import type { User } from '../../domain/user.ts'
import type { ClientMessage } from '../../protocol/message-table.ts'
import type { HistorySeen } from '../../protocol/messages/history.ts'
import type { CallDetails } from '../delivery/call-details.ts'
import type { WireRefusal } from '../conversation/present-refusal.ts'
import { readHistoryQuery } from './read-history-query.ts'

type HistoryMessage = Extract<ClientMessage, { type: 'HISTORY_REQUEST' | 'HISTORY_SEEN' | 'CALL_QUALITY' }>

interface Deps {
  readonly useCases: Pick<UseCases, 'lookAtHistory'>
  readonly details: Pick<CallDetails, 'isParty'>
}

type Quality = Extract<ClientMessage, { type: 'CALL_QUALITY' }>['payload']

/** From a message about calls of the past to the use case that it asks for. */
export function makeHistoryRequests({ useCases, details }: Deps) {
  return { workOf }

  /** Of a call that is active or has just ended (HIST-10). */
  function rate(by: UserId, payload: Quality): Result<Work, WireRefusal> {
    const call = parseCallId(payload.call_id)
    const refusal = err({ reason: RefusalReason.callNotFound })
    if (call === undefined) return refusal
    const told = ok([{ kind: 'call-quality', call, by, quality: readQuality(payload) } as const])
    return ok(() => Promise.resolve(details.isParty(call, by) ? told : refusal))
  }

  function workOf({ id: user }: User, { type, payload }: HistoryMessage): Result<Work, WireRefusal> {
    if (type === 'HISTORY_REQUEST') {
      const query = readHistoryQuery(payload)
      if (!query.ok) return query
      return ok(async () =>
        ok([{ kind: 'answer-history', page: await useCases.lookAtHistory(user, query.value) }]),
      )
    }
    if (type === 'CALL_QUALITY') return rate(user, payload)
    const which = readSeenCalls(payload)
    if (!which.ok) return which
    return ok(() => Promise.resolve(ok([{ kind: 'history-seen', user, which: which.value }])))
  }
}

function readQuality({
  rtt_ms: rttMs,
  jitter_ms: jitterMs,
  loss_percent: lossPercent,
  bitrate_kbps: bitrateKbps,
  score,
  relayed,
}: Quality): CallQuality {
  return { rttMs, jitterMs, lossPercent, bitrateKbps, score, relayed }
}

/** Which calls have been seen: without a field all of them. */
export function readSeenCalls({
  call_id,
  up_to: upTo = Infinity,
}: HistorySeen): Result<SeenCalls, WireRefusal> {
  if (call_id === undefined) return ok({ upTo })
  if (upTo !== Infinity) return invalid('HISTORY_SEEN: expected "call_id" or "up_to", not both')
  const call = parseCallId(call_id)
  return call === undefined ? invalid('HISTORY_SEEN: "call_id" is not an id') : ok({ call })
}

function invalid(detail: string): Result<never, WireRefusal> {
  return err({ reason: 'invalid_field', detail })
}
