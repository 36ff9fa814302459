import type { HookEvent } from '../../application/ports/hooks.ts'
import { outcomeFor } from '../../domain/call-record.ts'
import { conversationId } from '../../domain/conversation.ts'
import { wakeBody } from '../outgoing/wake-body.ts'
import type { User } from '../../domain/user.ts'

/** `at`: Unix milliseconds. */
export interface Stamp {
  readonly id: string
  readonly at: number
}

/** The body of a request, as docs/webhooks.md describes it. */
export function bodyOf(event: HookEvent, { id, at }: Stamp, includeText: boolean): string {
  return JSON.stringify({ id, type: event.type, time: iso(at), data: dataOf(event, at, includeText) })
}

function dataOf(event: HookEvent, at: number, includeText: boolean): object {
  switch (event.type) {
    case 'call.started':
    case 'call.answered':
      return partiesOf(event)
    case 'call.refused':
      return { ...partiesOf(event), reason: event.reason }
    case 'call.ended': {
      const { startedAt, answeredAt, endedAt, durationMs, reason, endedBy } = event
      return {
        ...partiesOf(event),
        started_at: iso(startedAt),
        answered_at: answeredAt === undefined ? null : iso(answeredAt),
        ended_at: iso(endedAt),
        duration_ms: durationMs,
        outcome: outcomeFor('caller', event),
        reason,
        ended_by: endedBy,
      }
    }
    case 'room.opened':
      return { room_id: event.room, name: event.name, by: userOf(event.by) }
    case 'room.closed':
      return { room_id: event.room }
    case 'message.sent':
      return {
        message_id: event.message,
        conversation_id: conversationId(event.conversation),
        from: userOf(event.from),
        to_user_ids: event.to,
        file_ids: event.files,
        ...(includeText ? { text: event.text } : {}),
      }
    case 'push.call':
    case 'push.call_over':
    case 'push.message':
      return { user_id: event.user, ...wakeBody(event.news, at, includeText) }
  }
}

function partiesOf({ call, caller, callee }: Extract<HookEvent, { readonly call: string }>) {
  return { call_id: call, caller: userOf(caller), callee: userOf(callee) }
}

function userOf({ id, username }: User) {
  return { user_id: id, username }
}

function iso(unixMs: number): string {
  return new Date(unixMs).toISOString()
}
