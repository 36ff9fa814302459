import type { WakeNews } from '../../application/ports/waker.ts'
import { conversationId } from '../../domain/conversation.ts'

/** So much of a text is shown in a notification, and fits into a push with all else. */
const MAX_TEXT = 300

/** What a device is told, as docs/protocol/push.md has it. `now`: Unix milliseconds. */
export function wakeBody(news: WakeNews, now: number, includeText: boolean): object {
  const { id: from_user_id, username: from_username } = news.from
  const from = { from_user_id, from_username }
  switch (news.kind) {
    case 'call':
      return { type: 'call', call_id: news.call, ...from, expires_at: Math.round(now + news.forMs) }
    case 'call-over':
      return { type: 'call_over', call_id: news.call, ...from, outcome: news.outcome }
    case 'message': {
      const ids = { message_id: news.message, conversation_id: conversationId(news.conversation) }
      return { type: 'message', ...ids, ...from, ...(includeText ? { text: cut(news.text) } : {}) }
    }
  }
}

function cut(text: string): string {
  const letters = Array.from(text)
  return letters.length <= MAX_TEXT ? text : `${letters.slice(0, MAX_TEXT).join('')}…`
}
