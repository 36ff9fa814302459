import type { Outcome } from '../../application/effect.ts'
import type { Asker } from '../../application/ports/transaction.ts'
import type { Request } from '../../protocol/codec/decode-request.ts'
import { messageTable } from '../../protocol/message-table.ts'
import { belongsToCall } from '../../protocol/sequenced.ts'
import type { Deliver } from '../delivery/deliver.ts'
import type { Session } from '../session.ts'
import type { Endpoint } from '../conversation/endpoint.ts'
import { enteredCall } from '../conversation/entered-call.ts'
import type { WireRefusal } from '../conversation/present-refusal.ts'

/** Answers a request, granted or refused. */
export interface Settle {
  /** Whether it was granted. */
  readonly settle: (asker: Endpoint, request: Request, outcome: Outcome, session?: Session) => boolean
  readonly refuse: (asker: Endpoint, request: Request, refusal: WireRefusal, session?: Session) => void
}

export function makeSettle({ deliver }: { readonly deliver: Deliver }): Settle {
  return { settle, refuse }

  function settle(asker: Endpoint, request: Request, outcome: Outcome, session = asker.session): boolean {
    const { message, requestId } = request
    if (!outcome.ok) {
      deliver(outcome.error.effects ?? [])
      refuse(asker, request, outcome.error, session)
      return false
    }
    session?.took(messageTable[message.type].code)
    deliver(outcome.value, { by: asker, requestId })
    return true
  }

  function refuse(
    asker: Endpoint,
    { message, requestId }: Request,
    refusal: WireRefusal,
    session = asker.session,
  ): void {
    const entered = enteredCall(message, session)
    asker.refuse({ ...refusal, entered }, messageTable[message.type].code, requestId, session)
  }
}

/** Of a request, what goes into the commit with the answer. */
export function askerOf(
  { client, transport }: Endpoint,
  { message, requestId }: Request,
  session?: Session,
): Asker {
  const counts = session?.resumption !== undefined && belongsToCall(messageTable[message.type].code)
  return { client, transport, requestId, counted: counts ? session.id : undefined }
}
