import { parseCallId } from '../../domain/ids.ts'
import type { ClientMessage } from '../../protocol/message-table.ts'
import type { Session } from '../session.ts'

/** The call that a message accepts; undefined where its client has another one, which a HANGUP would end (REQ-7). */
export function enteredCall(message: ClientMessage, session: Session | undefined): string | undefined {
  if (message.type !== 'CALL_RESPONSE' || !message.payload.accepted || session?.call !== undefined)
    return undefined
  return parseCallId(message.payload.call_id)
}
